package cadj.kernels.emulator.run;

import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `bar.sync`: where the warps of a block wait for each other.
final class Barriers {
  private final ThreadBlock block;

  Barriers(ThreadBlock block) {
    this.block = block;
  }

  /// A group of lanes that waits.
  private record Waiting(Warp warp, int place, int lanes, int count) {}

  /// Lets those go whose barrier is complete; whether there are any.
  ///
  /// @throws EmulatorException if some wait for what will not come
  boolean open(List<Warp> warps) {
    Map<Integer, List<Waiting>> barriers = new TreeMap<>();
    for (Warp warp : warps) {
      for (int g = 0; g < warp.groups(); g++) {
        gather(barriers, warp, g);
      }
    }
    if (barriers.isEmpty()) {
      return false;
    }
    boolean open = false;
    for (Map.Entry<Integer, List<Waiting>> barrier : barriers.entrySet()) {
      if (isComplete(barrier.getValue(), warps)) {
        barrier.getValue().forEach(Barriers::release);
        open = true;
      }
    }
    if (!open) {
      throw stuck(barriers.values().iterator().next(), warps);
    }
    return true;
  }

  private void gather(Map<Integer, List<Waiting>> barriers, Warp warp, int group) {
    int place = warp.place(group);
    int lanes = warp.lanes(group);
    Instruction it = instruction(place);
    int lane = Integer.numberOfTrailingZeros(lanes);
    List<Operand> operands = it.operands();
    int id = operands.isEmpty() ? 0 : value(operands.getFirst(), warp, lane);
    int count = operands.size() > 1 ? value(operands.get(1), warp, lane) : 0;
    if (id < 0 || id > 15) {
      throw fault(warp, place, lane, "barrier %d: expected 0 to 15".formatted(id));
    }
    if (count < 0 || count % Warp.LANES != 0) {
      throw fault(
          warp, place, lane, "%d threads: expected a multiple of %d".formatted(count, Warp.LANES));
    }
    if (lanes != warp.present()) {
      throw fault(warp, place, lane, diverged(warp, group));
    }
    barriers
        .computeIfAbsent(id, key -> new ArrayList<>())
        .add(new Waiting(warp, place, lanes, count));
  }

  private Instruction instruction(int place) {
    return block.kernel().ptx().body().get(block.kernel().blocks().get(place).end());
  }

  private int value(Operand operand, Warp warp, int lane) {
    return switch (operand) {
      case Operand.Whole whole -> (int) whole.value();
      case Operand.Register register ->
          warp.ints[block.kernel().slots().register(register.name()).index()][lane];
      default -> throw new IllegalArgumentException("barrier " + operand);
    };
  }

  private static boolean isComplete(List<Waiting> all, List<Warp> warps) {
    int count = all.getFirst().count;
    return count == 0
        ? all.size() == warps.size()
            && all.stream().allMatch(it -> it.place == all.getFirst().place)
        : all.size() * Warp.LANES == count;
  }

  private static void release(Waiting waiting) {
    for (int g = 0; g < waiting.warp.groups(); g++) {
      if (waiting.warp.place(g) == waiting.place) {
        waiting.warp.release(g);
        return;
      }
    }
  }

  /// Why a warp's group waits in vain: its other threads are not with it.
  private String diverged(Warp warp, int group) {
    int lanes = warp.lanes(group);
    int others = warp.present() & ~lanes;
    int elsewhere = 0;
    String where = "";
    for (int g = 0; g < warp.groups(); g++) {
      if (g != group) {
        elsewhere |= warp.lanes(g);
        where = block.kernel().place(block.kernel().blocks().get(warp.place(g)).end());
      }
    }
    return "%d threads of the warp wait at this barrier, %s"
        .formatted(
            Integer.bitCount(lanes),
            elsewhere == 0
                ? "%d have ended, the first %s"
                    .formatted(
                        Integer.bitCount(others),
                        block.threadName(warp, Integer.numberOfTrailingZeros(others)))
                : "%s waits at %s"
                    .formatted(
                        block.threadName(warp, Integer.numberOfTrailingZeros(elsewhere)), where));
  }

  private EmulatorException stuck(List<Waiting> barrier, List<Warp> warps) {
    Waiting first = barrier.getFirst();
    int lane = Integer.numberOfTrailingZeros(first.lanes);
    if (first.count != 0) {
      return fault(
          first.warp,
          first.place,
          lane,
          "the barrier is for %d threads, %d wait at it"
              .formatted(first.count, barrier.size() * Warp.LANES));
    }
    int threads = block.shape().threads();
    int here = 0;
    String rest = "";
    for (Warp warp : warps) {
      if (warp.ended()) {
        rest = "%s has ended".formatted(block.threadName(warp, 0));
      } else if (warp.place(0) != first.place) {
        rest =
            "%s waits at %s"
                .formatted(
                    block.threadName(warp, 0),
                    block.kernel().place(block.kernel().blocks().get(warp.place(0)).end()));
      } else {
        here += Integer.bitCount(warp.present());
      }
    }
    return fault(
        first.warp,
        first.place,
        lane,
        "%d of the block's %d threads wait at this barrier, %s".formatted(here, threads, rest));
  }

  private EmulatorException fault(Warp warp, int place, int lane, String trouble) {
    return block.fault(block.kernel().blocks().get(place).end(), warp, lane, trouble);
  }
}
