package cadj.kernels.strided;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Nested loops over several strided buffers at once, as PyTorch's `TensorIterator`: `sizes[d]`
/// steps in dimension d, each moving operand o by `strides[o][d]` elements, which is not negative.
///
/// Simplified when made: dimensions of size 1 are dropped, the rest ordered so that operand 0 (the
/// output) moves least in the innermost loop, and neighbouring loops that are one for every operand
/// are merged. So contiguous operands of one shape have one loop, and a broadcast rarely more than
/// two. Without elements there is one loop of no steps. The innermost loop comes last; there is
/// always at least one.
public final class LoopNest {
  private final int[] sizes;
  private final int[][] strides;

  private LoopNest(int[] sizes, int[][] strides) {
    this.sizes = sizes;
    this.strides = strides;
  }

  /// @param strides one array per operand, each as long as `sizes`; operand 0 is the output; 0 =
  ///   broadcast
  public static LoopNest of(int[] sizes, int[]... strides) {
    requireSteps(sizes, strides);
    int[] dims = outermostFirst(sizes, strides[0]);
    int[] merged = new int[Math.max(1, dims.length)];
    int[][] steps = new int[strides.length][merged.length];
    int rank = 0;
    for (int d : dims) {
      if (sizes[d] == 0) {
        return new LoopNest(new int[1], new int[strides.length][1]);
      }
      if (rank > 0 && continues(steps, rank - 1, strides, d, sizes[d])) {
        merged[rank - 1] *= sizes[d];
      } else {
        merged[rank++] = sizes[d];
      }
      for (int o = 0; o < strides.length; o++) {
        steps[o][rank - 1] = strides[o][d];
      }
    }
    if (rank == 0) {
      merged[rank++] = 1;
    }
    for (int o = 0; o < steps.length; o++) {
      steps[o] = Arrays.copyOf(steps[o], rank);
    }
    return new LoopNest(Arrays.copyOf(merged, rank), steps);
  }

  private static void requireSteps(int[] sizes, int[][] strides) {
    for (int[] steps : strides) {
      boolean fine = steps.length == sizes.length;
      for (int step : steps) {
        fine &= step >= 0;
      }
      if (!fine) {
        throw new IllegalArgumentException(
            "nest: strides %s must be %d numbers from 0 up, for sizes %s"
                .formatted(Arrays.toString(steps), sizes.length, Arrays.toString(sizes)));
      }
    }
  }

  /// The dimensions that are not of size 1, those with large steps of the output first, equal ones
  /// in their order.
  private static int[] outermostFirst(int[] sizes, int[] output) {
    int[] dims = new int[sizes.length];
    int n = 0;
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] != 1) {
        int at = n++;
        for (; at > 0 && output[dims[at - 1]] < output[d]; at--) {
          dims[at] = dims[at - 1];
        }
        dims[at] = d;
      }
    }
    return Arrays.copyOf(dims, n);
  }

  /// Whether loop `outer` of the nest goes on where dimension `d` ends, for every operand.
  private static boolean continues(int[][] steps, int outer, int[][] strides, int d, int size) {
    for (int o = 0; o < steps.length; o++) {
      if (steps[o][outer] != strides[o][d] * size) {
        return false;
      }
    }
    return true;
  }

  /// Number of operands.
  public int operands() {
    return strides.length;
  }

  /// Number of loops, at least 1.
  public int rank() {
    return sizes.length;
  }

  public int size(int d) {
    return sizes[d];
  }

  public int stride(int operand, int d) {
    return strides[operand][d];
  }

  /// Steps of the innermost loop.
  public int innerSize() {
    return sizes[sizes.length - 1];
  }

  /// How far operand `o` moves in one step of the innermost loop.
  public int innerStride(int o) {
    return strides[o][sizes.length - 1];
  }

  /// Number of times the innermost loop runs: the product of the outer sizes.
  public int outerCount() {
    int n = 1;
    for (int d = 0; d < sizes.length - 1; d++) {
      n *= sizes[d];
    }
    return n;
  }

  /// Where operand `o` stands at the start of run `outer` (0 … outerCount−1) of the innermost loop.
  public int start(int o, int outer) {
    int at = 0;
    int rest = outer;
    for (int d = sizes.length - 2; d >= 0; d--) {
      at += rest % sizes[d] * strides[o][d];
      rest /= sizes[d];
    }
    return at;
  }

  /// How many elements operand `o` needs from its start on: one more than its farthest step.
  public int reach(int o) {
    int last = 0;
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] == 0) {
        return 0;
      }
      last += (sizes[d] - 1) * strides[o][d];
    }
    return last + 1;
  }

  /// The loops that are left without the innermost and loop `d`.
  public LoopNest without(int d) {
    int[] outer = IntStream.range(0, sizes.length - 1).filter(dim -> dim != d).toArray();
    return of(
        IntStream.of(outer).map(dim -> sizes[dim]).toArray(),
        Stream.of(strides)
            .map(steps -> IntStream.of(outer).map(dim -> steps[dim]).toArray())
            .toArray(int[][]::new));
  }
}
