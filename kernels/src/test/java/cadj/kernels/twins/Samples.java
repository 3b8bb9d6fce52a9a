package cadj.kernels.twins;

import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.device.I64;
import java.util.Random;

/// Inputs: windows that do not start where their array does.
public final class Samples {
  private static final int OFFSET = 5;

  private Samples() {}

  /// Standard normal values.
  public static F32 normal(long seed, int n) {
    return normal(seed, n, 0, 1);
  }

  public static F32 normal(long seed, int n, double mean, double deviation) {
    Random random = new Random(seed);
    F32 values = new F32(new float[n + 2 * OFFSET], OFFSET, n);
    for (int i = 0; i < n; i++) {
      values.set(i, mean + deviation * random.nextGaussian());
    }
    return values;
  }

  public static F64 normalDouble(long seed, int n) {
    Random random = new Random(seed);
    F64 values = new F64(new double[n + 2 * OFFSET], OFFSET, n);
    for (int i = 0; i < n; i++) {
      values.set(i, random.nextGaussian());
    }
    return values;
  }

  /// Integers from 0 to `bound` − 1.
  public static I64 ids(long seed, int n, int bound) {
    Random random = new Random(seed);
    I64 values = new I64(new long[n + 2 * OFFSET], OFFSET, n);
    for (int i = 0; i < n; i++) {
      values.set(i, random.nextInt(bound));
    }
    return values;
  }
}
