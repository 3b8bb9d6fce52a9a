package cadj.cad.overlap;

import java.util.SplittableRandom;
import java.util.stream.LongStream;

/// Places of `n` weights at which ranks are compared: all, or where there are more than [#MOST],
/// one drawn from each of so many equal stretches. The same for every run.
///
/// A correlation of so many pairs differs from that of all by about 0.001.
final class SampledPlaces {
  static final int MOST = 1 << 20;

  private static final long SEED = 0x0ae71a9;

  private SampledPlaces() {}

  /// Ascending.
  static long[] of(long n) {
    if (n <= MOST) {
      return LongStream.range(0, n).toArray();
    }
    SplittableRandom random = new SplittableRandom(SEED);
    long[] out = new long[MOST];
    for (int i = 0; i < MOST; i++) {
      long from = edge(n, i);
      out[i] = random.nextLong(from, edge(n, i + 1));
    }
    return out;
  }

  private static long edge(long n, int i) {
    return (long) ((double) n / MOST * i);
  }
}
