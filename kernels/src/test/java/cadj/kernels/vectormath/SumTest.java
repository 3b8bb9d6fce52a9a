package cadj.kernels.vectormath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.F32;
import cadj.kernels.twins.Samples;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sums of vectors odd and even in number, within a run and over several.
final class SumTest {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 127, 128, 129, 1001})
  void sumsAreThoseInDouble(int vectors) {
    int n = vectors * LANES;
    F32 x = among(Float.NaN, Samples.normal(1, n));
    F32 y = among(Float.NaN, Samples.normal(2, n));
    double sum = 0;
    double dot = 0;
    double size = 0;
    double dotSize = 0;
    for (int i = 0; i < n; i++) {
      sum += x.get(i);
      dot += x.get(i) * y.get(i);
      size += Math.abs(x.get(i));
      dotSize += Math.abs(x.get(i) * y.get(i));
    }
    assertEquals(sum, Sum.of(x.array(), x.offset(), n), 1e-7 * size);
    assertEquals(sum, Sum.ofExact(x.array(), x.offset(), n), 1e-14 * size);
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (x.get(i) - 0.5) * (x.get(i) - 0.5);
    }
    assertEquals(squares, Sum.ofSquares(x.array(), x.offset(), n, 0.5f), 1e-7 * squares);
    assertEquals(
        dot, Sum.ofExactProducts(x.array(), x.offset(), y.array(), y.offset(), n), 1e-14 * dotSize);
  }

  @Test
  void exactProductsTakeAnyNumberOfElements() {
    F32 x = among(Float.NaN, Samples.normal(3, 4 * LANES));
    F32 y = among(Float.NaN, Samples.normal(4, 4 * LANES));
    double dot = 0;
    double size = 0;
    for (int n = 0; n <= 4 * LANES; n++) {
      double got = Sum.ofExactProducts(x.array(), x.offset(), y.array(), y.offset(), n);
      assertEquals(dot, got, 1e-14 * size, n + " elements");
      if (n < 4 * LANES) {
        dot += x.get(n) * y.get(n);
        size += Math.abs(x.get(n) * y.get(n));
      }
    }
  }

  /// 10⁸ in one run of 2048 and −10⁸ in another leave the ones between.
  @Test
  void runsAreAddedInDouble() {
    float[] x = new float[3 * 2048];
    Arrays.fill(x, 2048, 4096, 1f);
    x[7] = 1e8f;
    x[5000] = -1e8f;
    float[] ones = new float[x.length];
    Arrays.fill(ones, 1f);
    assertEquals(2048, Sum.of(x, 0, x.length));
    assertEquals(2048, Sum.ofExact(x, 0, x.length));
    float[] large = new float[3 * 2048];
    Arrays.fill(large, 2048, 4096, 1f);
    large[7] = 1e4f;
    assertEquals(1e8 + 2048, Sum.ofSquares(large, 0, large.length, 0));
    assertEquals(2048, Sum.ofExactProducts(x, 0, ones, 0, x.length));
  }

  /// 2²⁵ + 1 needs more digits than a float has.
  @Test
  void exactProductsKeepEveryDigit() {
    float[] x = new float[2 * LANES];
    x[0] = 1 << 25;
    x[LANES] = 1;
    x[LANES - 1] = 3;
    x[2 * LANES - 1] = -(1 << 25);
    assertEquals(1L << 50, Sum.ofExactProducts(x, 0, x, 0, LANES) - 9);
    float[] ones = new float[2 * LANES];
    Arrays.fill(ones, 1f);
    assertEquals(4, Sum.ofExactProducts(x, 0, ones, 0, 2 * LANES));
  }

  @Test
  void lanesAreAddedInDouble() {
    FloatVector v = FloatVector.zero(FloatVector.SPECIES_PREFERRED).withLane(0, 1e8f);
    assertEquals(1e8 + 0.25, Sum.across(v.withLane(LANES - 1, 0.25f)));
    double sum = 0;
    float[] lanes = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = 1 << i;
      sum += lanes[i];
    }
    assertEquals(sum, Sum.across(FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, lanes, 0)));
  }

  /// The same values in an array that holds `junk` around them.
  private static F32 among(float junk, F32 x) {
    float[] array = new float[x.length() + 2 * LANES + 1];
    Arrays.fill(array, junk);
    System.arraycopy(x.array(), x.offset(), array, LANES, x.length());
    return new F32(array, LANES, x.length());
  }
}
