package cadj.kernels.emulator.translate;

import cadj.kernels.emulator.run.BasicBlock;
import cadj.kernels.emulator.run.BasicBlock.Ending;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slots;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxKernel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts a kernel's body into [BasicBlock]s, in the body's order.
final class ControlFlow {
  private ControlFlow() {}

  static List<BasicBlock> blocks(Translation translation) {
    PtxKernel kernel = translation.kernel();
    Slots slots = translation.slots();
    List<Instruction> body = kernel.body();
    boolean[] starts = new boolean[body.size() + 1];
    starts[0] = true;
    starts[body.size()] = true;
    kernel.labels().values().forEach(at -> starts[at] = true);
    for (int i = 0; i < body.size(); i++) {
      if (ending(body.get(i)) != null) {
        starts[i + 1] = true;
      }
    }
    int[] number = new int[body.size() + 1];
    int blocks = -1;
    for (int i = 0; i <= body.size(); i++) {
      blocks += starts[i] ? 1 : 0;
      number[i] = blocks;
    }
    List<BasicBlock> list = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < body.size(); i++) {
      Ending ending = ending(body.get(i));
      if (ending == Ending.BARRIER || ending == Ending.ARRIVE) {
        requireBarrier(translation, body.get(i));
      }
      if (ending != null) {
        list.add(ended(kernel, slots, number, start, i, ending));
      } else if (starts[i + 1]) {
        list.add(new BasicBlock(start, i + 1, Ending.FALL, null, -1, false));
      }
      start = starts[i + 1] ? i + 1 : start;
    }
    // What runs beyond the last instruction has ended.
    list.add(new BasicBlock(body.size(), body.size(), Ending.EXIT, null, -1, false));
    return list;
  }

  private static BasicBlock ended(
      PtxKernel kernel, Slots slots, int[] number, int start, int end, Ending ending) {
    Instruction last = kernel.body().get(end);
    BasicBlock.Guard guard =
        last.guard() == null
            ? null
            : new BasicBlock.Guard(
                slots.register(last.guard().register()).index(), last.guard().negated());
    int target = -1;
    if (ending == Ending.BRANCH && last.operands().getFirst() instanceof Operand.Symbol label) {
      target = number[kernel.labels().get(label.name())];
    }
    return new BasicBlock(start, end, ending, guard, target, last.has("uni"));
  }

  private static @Nullable Ending ending(Instruction it) {
    return switch (it.opcode()) {
      case "bra" -> Ending.BRANCH;
      case "exit", "ret" -> Ending.EXIT;
      case "trap" -> Ending.TRAP;
      case "bar", "barrier" ->
          it.has("warp") ? null : it.has("arrive") ? Ending.ARRIVE : Ending.BARRIER;
      default -> null;
    };
  }

  /// `bar.sync id{, count}`, `bar.arrive id, count`, `bar.red.popc.u32 d, id{, count}, p`,
  /// `bar.red.and.pred q, id{, count}, p`
  private static void requireBarrier(Translation translation, Instruction it) {
    boolean isRed = it.has("red");
    if (it.has("cluster") || !(isRed || it.has("sync") || it.has("arrive"))) {
      throw translation.unsupported(it);
    }
    int extra = isRed ? 2 : 0;
    translation.requireOperands(it, isRed ? 3 : it.has("arrive") ? 2 : 0, 2 + extra);
    int first = isRed ? 1 : 0;
    for (int i = first; i < it.operands().size() - first; i++) {
      translation.source(it, it.operands().get(i), RegisterKind.INT);
    }
    if (isRed) {
      boolean counts = it.has("popc");
      if (!counts && !it.has("and") && !it.has("or")) {
        throw translation.unsupported(it);
      }
      translation.destination(
          it, it.operands().getFirst(), counts ? RegisterKind.INT : RegisterKind.PREDICATE);
      translation.destination(it, it.operands().getLast(), RegisterKind.PREDICATE);
    }
  }
}
