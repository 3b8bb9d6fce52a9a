package cadj.kernels.emulator.run;

import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `bar.sync`, `bar.red` and `bar.arrive`: where the warps of a block wait for each other.
final class Barriers {
  private static final int BARRIERS = 16;

  private final ThreadBlock block;

  /// By barrier, threads that have come and gone on.
  private final int[] arrived = new int[BARRIERS];

  Barriers(ThreadBlock block) {
    this.block = block;
  }

  /// A group of lanes that waits.
  private record Waiting(Warp warp, int place, int lanes, int count) {}

  /// The block begins.
  void begin() {
    Arrays.fill(arrived, 0);
  }

  /// Lanes of `mask` come to a `bar.arrive` that ends basic block `place`, and go on.
  void arrive(Warp warp, int place, int mask) {
    Instruction it = instruction(place);
    int lane = Integer.numberOfTrailingZeros(mask);
    int id = id(it, warp, place, lane);
    if (count(it, warp, place, lane) == 0) {
      throw fault(warp, place, lane, "expected the number of threads that the barrier is for");
    }
    if (isAligned(it) && mask != warp.present()) {
      throw fault(
          warp,
          place,
          lane,
          "%d threads of the warp arrive, not all".formatted(Integer.bitCount(mask)));
    }
    arrived[id] += Integer.bitCount(mask);
  }

  /// Lets those go whose barrier is complete; whether there are any.
  ///
  /// @param all whether no thread can go on otherwise
  /// @throws EmulatorException if then some wait for what will not come
  boolean open(List<Warp> warps, boolean all) {
    Map<Integer, List<Waiting>> barriers = new TreeMap<>();
    for (Warp warp : warps) {
      for (int g = 0; g < warp.groups(); g++) {
        if (warp.isWaiting(g)) {
          gather(barriers, warp, g, all);
        }
      }
    }
    if (barriers.isEmpty()) {
      return false;
    }
    boolean open = false;
    for (Map.Entry<Integer, List<Waiting>> barrier : barriers.entrySet()) {
      if (isComplete(barrier.getKey(), barrier.getValue(), warps)) {
        reduce(barrier.getValue());
        barrier.getValue().forEach(Barriers::release);
        arrived[barrier.getKey()] = 0;
        open = true;
      }
    }
    if (!open && all) {
      int first = barriers.keySet().iterator().next();
      throw stuck(first, barriers.get(first), warps);
    }
    return open;
  }

  private void gather(Map<Integer, List<Waiting>> barriers, Warp warp, int group, boolean all) {
    int place = warp.place(group);
    int lanes = warp.lanes(group);
    Instruction it = instruction(place);
    int lane = Integer.numberOfTrailingZeros(lanes);
    int id = id(it, warp, place, lane);
    int count = count(it, warp, place, lane);
    if (isAligned(it) && lanes != warp.present()) {
      if (all) {
        throw fault(warp, place, lane, diverged(warp, group));
      }
      return;
    }
    barriers
        .computeIfAbsent(id, key -> new ArrayList<>())
        .add(new Waiting(warp, place, lanes, count));
  }

  private Instruction instruction(int place) {
    return block.kernel().ptx().body().get(block.kernel().blocks().get(place).end());
  }

  private int id(Instruction it, Warp warp, int place, int lane) {
    int at = it.has("red") ? 1 : 0;
    int id = it.operands().size() > at ? value(it.operands().get(at), warp, lane) : 0;
    if (id < 0 || id >= BARRIERS) {
      throw fault(warp, place, lane, "barrier %d: expected 0 to 15".formatted(id));
    }
    return id;
  }

  /// The threads that the barrier is for, or 0 for all of the block.
  private int count(Instruction it, Warp warp, int place, int lane) {
    int at = it.has("red") ? 2 : 1;
    int operands = it.operands().size() - (it.has("red") ? 1 : 0);
    int count = operands > at ? value(it.operands().get(at), warp, lane) : 0;
    if (count < 0 || count % Warp.LANES != 0) {
      throw fault(
          warp, place, lane, "%d threads: expected a multiple of %d".formatted(count, Warp.LANES));
    }
    return count;
  }

  /// Whether all threads of a warp must come together: `barrier` without `.aligned` lets them come
  /// one by one.
  private static boolean isAligned(Instruction it) {
    return it.opcode().equals("bar") || it.has("aligned");
  }

  private int value(Operand operand, Warp warp, int lane) {
    return switch (operand) {
      case Operand.Whole whole -> (int) whole.value();
      case Operand.Register register ->
          warp.ints[block.kernel().slots().register(register.name()).index()][lane];
      default -> throw new IllegalArgumentException("barrier " + operand);
    };
  }

  private boolean isComplete(int id, List<Waiting> all, List<Warp> warps) {
    Waiting first = all.getFirst();
    int threads = threads(all) + arrived[id];
    if (first.count != 0) {
      return threads == first.count;
    }
    boolean together =
        !isAligned(instruction(first.place))
            || all.stream().allMatch(it -> it.place == first.place);
    return together && threads == warps.stream().mapToInt(it -> bits(it.present())).sum();
  }

  private static int bits(int lanes) {
    return Integer.bitCount(lanes);
  }

  private static int threads(List<Waiting> all) {
    return all.stream().mapToInt(it -> bits(it.lanes)).sum();
  }

  /// `bar.red`: how many of the threads have the predicate, or whether all or any of them have.
  private void reduce(List<Waiting> all) {
    Instruction it = instruction(all.getFirst().place);
    if (!it.has("red")) {
      return;
    }
    int count = 0;
    for (Waiting waiting : all) {
      count += bits(predicate(instruction(waiting.place), waiting) & waiting.lanes);
    }
    for (Waiting waiting : all) {
      Instruction here = instruction(waiting.place);
      Slot d = register(here.operands().getFirst());
      if (here.has("popc")) {
        Warpwide.spread(waiting.lanes, waiting.warp.ints[d.index()], count);
      } else {
        boolean holds = here.has("and") ? count == threads(all) : count > 0;
        int kept = waiting.warp.predicates[d.index()] & ~waiting.lanes;
        waiting.warp.predicates[d.index()] = kept | (holds ? waiting.lanes : 0);
      }
      int carrier = RegisterKind.CARRIERS.indexOf(d.kind().carrier());
      waiting.warp.define(waiting.lanes, carrier, d.index());
    }
  }

  private int predicate(Instruction it, Waiting waiting) {
    if (!(it.operands().getLast() instanceof Operand.Register(String name, boolean negated))) {
      throw new IllegalArgumentException("barrier " + it.operands().getLast());
    }
    Slot slot = block.kernel().slots().register(name);
    if (block.kernel().checksRegisters()) {
      int carrier = RegisterKind.CARRIERS.indexOf(RegisterKind.PREDICATE);
      int at = block.kernel().blocks().get(waiting.place).end();
      waiting.warp.requireDefined(waiting.lanes, carrier, slot.index(), at);
    }
    int lanes = waiting.warp.predicates[slot.index()];
    return negated ? ~lanes : lanes;
  }

  private Slot register(Operand operand) {
    if (operand instanceof Operand.Register register) {
      return block.kernel().slots().register(register.name());
    }
    throw new IllegalArgumentException("barrier " + operand);
  }

  private static void release(Waiting waiting) {
    for (int g = 0; g < waiting.warp.groups(); g++) {
      if (waiting.warp.place(g) == waiting.place && waiting.warp.isWaiting(g)) {
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

  private EmulatorException stuck(int id, List<Waiting> barrier, List<Warp> warps) {
    Waiting first = barrier.getFirst();
    int lane = Integer.numberOfTrailingZeros(first.lanes);
    if (first.count != 0) {
      return fault(
          first.warp,
          first.place,
          lane,
          "the barrier is for %d threads, %d wait at it%s"
              .formatted(
                  first.count,
                  threads(barrier),
                  arrived[id] == 0 ? "" : " and %d have arrived".formatted(arrived[id])));
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
