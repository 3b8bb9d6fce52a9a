package cadj.kernels.vectormath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.F32;
import cadj.kernels.twins.Samples;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows of whole vectors and others, within a run and over several.
final class SumLoopsTest {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  private static final int ROWS = 3;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 40, 320, 2048, 2050, 5000})
  void sumsAreThoseInDouble(int width) {
    F32 x = among(Float.NaN, Samples.normal(1, ROWS * width));
    F32 y = among(Float.NaN, Samples.normal(2, ROWS * width));
    Rows rows = new Rows(x, width).seek(1, ROWS);
    Rows others = new Rows(y, width).seek(1, ROWS);
    float[] centres = {0.5f, -2};
    double[] sums = SumLoops.ofExact(rows);
    double[] products = SumLoops.ofExactProducts(rows, others);
    double[] squares = SumLoops.ofSquares(rows, centres);
    for (int r = 0; r < ROWS - 1; r++) {
      double sum = 0;
      double size = 0;
      double dot = 0;
      double dotSize = 0;
      double square = 0;
      for (int i = (r + 1) * width; i < (r + 2) * width; i++) {
        sum += x.get(i);
        size += Math.abs(x.get(i));
        dot += x.get(i) * y.get(i);
        dotSize += Math.abs(x.get(i) * y.get(i));
        square += (x.get(i) - centres[r]) * (x.get(i) - centres[r]);
      }
      assertEquals(sum, sums[r], 1e-14 * size);
      assertEquals(dot, products[r], 1e-14 * dotSize);
      assertEquals(square, squares[r], 2e-7 * square); // difference, square and sum are rounded
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
    assertEquals(2048, SumLoops.ofExact(row(x))[0]);
    assertEquals(2048, SumLoops.ofExactProducts(row(x), row(ones))[0]);
    float[] large = new float[3 * 2048];
    Arrays.fill(large, 2048, 4096, 1f);
    large[7] = 1e4f;
    assertEquals(1e8 + 2048, SumLoops.ofSquares(row(large), new float[1])[0]);
  }

  /// 2²⁵ + 1 needs more digits than a float has.
  @Test
  void exactProductsKeepEveryDigit() {
    float[] x = new float[LANES];
    x[0] = 1 << 25;
    x[LANES - 1] = 3;
    assertEquals(1L << 50, SumLoops.ofExactProducts(row(x), row(x))[0] - 9);
    float[] terms = new float[2 * LANES];
    terms[0] = 1 << 25;
    terms[LANES] = 1;
    terms[LANES - 1] = 3;
    terms[2 * LANES - 1] = -(1 << 25);
    float[] ones = new float[2 * LANES];
    Arrays.fill(ones, 1f);
    assertEquals(4, SumLoops.ofExactProducts(row(terms), row(ones))[0]);
  }

  @Test
  void lanesAreAddedInDouble() {
    float[] lanes = new float[2 * LANES];
    lanes[LANES] = 1e8f;
    lanes[2 * LANES - 1] = 0.25f;
    double[] sums = {1, 2};
    SumLoops.addLanes(sums, lanes);
    assertEquals(1, sums[0]);
    assertEquals(1e8 + 2.25, sums[1]);
  }

  private static Rows row(float[] x) {
    return new Rows(F32.of(x), x.length).seek(0, 1);
  }

  /// The same values in an array that holds `junk` around them.
  private static F32 among(float junk, F32 x) {
    float[] array = new float[x.length() + 2 * LANES + 1];
    Arrays.fill(array, junk);
    System.arraycopy(x.array(), x.offset(), array, LANES, x.length());
    return new F32(array, LANES, x.length());
  }
}
