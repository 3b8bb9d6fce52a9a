package cadj.bench.workload;

import cadj.kernels.device.F32;
import java.util.SplittableRandom;

/// Buffers of numbers that are nobody's special case.
public final class Noise {
  private final SplittableRandom random = new SplittableRandom(1);

  /// Uniform in [−1, 1).
  public F32 buffer(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return F32.of(values);
  }
}
