package cadj.bench.workload;

import cadj.kernels.device.Buffer;
import cadj.tensor.Tensor;
import java.util.SplittableRandom;

/// Buffers of numbers that are nobody's special case.
public final class Noise {
  private final SplittableRandom random = new SplittableRandom(1);

  /// Uniform in [−1, 1), on the current device, where the engine would have them.
  public Buffer buffer(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, length).onCurrentDevice().copy().denseBuffer();
  }
}
