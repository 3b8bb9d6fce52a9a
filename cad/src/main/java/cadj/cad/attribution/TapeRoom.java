package cadj.cad.attribution;

import cadj.tensor.Tensor;
import java.util.Collection;

/// How much of the heap intermediate values may take, for [cadj.autograd.graph.Tape#within].
public final class TapeRoom {
  /// For each scored weight: its gradient, and the sum of gradients with what rounding took from
  /// it.
  private static final int BYTES_PER_WEIGHT = 3 * Float.BYTES;

  private TapeRoom() {}

  /// Three quarters of what model and sums leave free, in bytes: the rest is for work in progress
  /// and for memory freed but not yet reusable.
  public static long bytes(Collection<Tensor> watched) {
    Runtime machine = Runtime.getRuntime();
    System.gc(); // so that what is in use is the model
    long used = machine.totalMemory() - machine.freeMemory();
    long sums = BYTES_PER_WEIGHT * watched.stream().mapToLong(Tensor::elements).sum();
    return Math.max(0, machine.maxMemory() - used - sums) / 4 * 3;
  }
}
