package cadj.kernels.random;

/// Steele, Lea & Flood's generator of 2014, by position: the `i`-th word of a seed is had without
/// those before it, on any thread.
///
/// ```
/// z = seed + (i + 1)·0x9E3779B97F4A7C15, then mixed
/// ```
public final class SplitMix64 {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private SplitMix64() {}

  /// 64 random bits: the `i`-th that follow `seed`, from 0.
  public static long at(long seed, long i) {
    long z = seed + (i + 1) * GAMMA;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
