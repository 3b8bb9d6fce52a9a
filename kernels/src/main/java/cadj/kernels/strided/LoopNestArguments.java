package cadj.kernels.strided;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Launch;

/// A [LoopNest] as a kernel's last parameters: `.u32 rank, .b32 nest[8·(1 + operands)]`.
///
/// The array holds eight sizes, then eight strides for each operand, the innermost loop first, so
/// that a kernel divides the number of a step by one size after the other. Loops that are not there
/// have size 1.
public final class LoopNestArguments {
  /// Most loops that are left of a nest after merging: more than tensors here have dimensions.
  public static final int MOST_LOOPS = 8;

  private LoopNestArguments() {}

  /// Appends `nest` to a launch.
  public static Launch put(Launch launch, LoopNest nest) {
    if (nest.rank() > MOST_LOOPS) {
      throw new IllegalArgumentException(
          "a GPU's kernels walk at most %d loops, got %d".formatted(MOST_LOOPS, nest.rank()));
    }
    launch.i32(nest.rank());
    for (int d = 0; d < MOST_LOOPS; d++) {
      launch.i32(d < nest.rank() ? nest.size(nest.rank() - 1 - d) : 1);
    }
    for (int o = 0; o < nest.operands(); o++) {
      for (int d = 0; d < MOST_LOOPS; d++) {
        launch.i32(d < nest.rank() ? nest.stride(o, nest.rank() - 1 - d) : 0);
      }
    }
    return launch;
  }

  /// Steps that one thread can take as one: 4 where each operand either stands still in the
  /// innermost loop or moves by single elements from multiples of 16 bytes on, else 1. The output
  /// must move.
  ///
  /// @param buffers of the operands, in order
  public static int stepsAtOnce(LoopNest nest, Buffer... buffers) {
    if (nest.innerSize() % 4 != 0 || nest.innerStride(0) != 1 || !Launch.aligned(buffers)) {
      return 1;
    }
    for (int o = 0; o < nest.operands(); o++) {
      boolean quads = nest.innerStride(o) == 1;
      for (int d = 0; d < nest.rank() - 1; d++) {
        quads &= nest.stride(o, d) % 4 == 0;
      }
      if (!quads && nest.innerStride(o) != 0) {
        return 1;
      }
    }
    return 4;
  }
}
