package cadj.cad.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Statistics and previews against plain loops.
class StatisticsTest {
  private static float[] values(int n, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = i % 7 == 3 ? 0 : (float) random.nextDouble(-2, 5);
    }
    return out;
  }

  private static void assertAre(Statistics found, float... values) {
    double sum = 0;
    double most = 0;
    int finite = 0;
    int zeros = 0;
    for (float value : values) {
      if (!Float.isNaN(value) && !Float.isInfinite(value)) {
        finite++;
        sum += value;
        most = Math.max(most, Math.abs(value));
        zeros += value == 0 ? 1 : 0;
      }
    }
    double mean = finite == 0 ? 0 : sum / finite;
    double variance = 0;
    for (float value : values) {
      if (!Float.isNaN(value) && !Float.isInfinite(value)) {
        variance += (value - mean) * (value - mean) / finite;
      }
    }
    assertEquals(values.length, found.count());
    assertEquals(mean, found.mean(), 1e-12);
    assertEquals(Math.sqrt(variance), found.deviation(), 1e-12);
    assertEquals(most, found.absMax(), 0);
    assertEquals(zeros, found.zeros());
    assertEquals(values.length - finite, found.nonFinite());
  }

  @Test
  void meanDeviationLargestZerosAndNonFinite() {
    assertAre(Statistics.of(values(100, 1)), values(100, 1));
    float[] bad = values(50, 2);
    bad[3] = Float.NaN;
    bad[10] = Float.POSITIVE_INFINITY;
    bad[11] = Float.NEGATIVE_INFINITY;
    bad[12] = -0f;
    bad[13] = -9;
    assertAre(Statistics.of(bad), bad);
    assertAre(Statistics.of());
    assertAre(Statistics.of(Float.NaN), Float.NaN);
    assertAre(Statistics.of(-3), -3);
    assertTrue(Statistics.of(bad).words().contains("not finite 3"));
    assertFalse(Statistics.of(1, 2).words().contains("finite"));
  }

  @Test
  void togetherTheyAreThoseOfAllValues() {
    float[] a = values(40, 3);
    float[] b = values(9, 4);
    b[2] = Float.NaN;
    float[] both = Arrays.copyOf(a, 49);
    System.arraycopy(b, 0, both, 40, 9);
    assertAre(Statistics.of(a).and(Statistics.of(b)), both);
    assertAre(Statistics.of().and(Statistics.of(a)), a);
    assertAre(Statistics.of(a).and(Statistics.of()), a);
    assertAre(Statistics.of(Float.NaN).and(Statistics.of()), Float.NaN);
  }

  @Test
  void aHistogramCountsBetweenTheLargestMagnitudes() {
    Preview preview = Preview.of(Tensor.of(new float[] {-2, -1.9f, 0, 2, 1, Float.NaN}, 6));
    int[] expected = new int[Preview.BINS];
    expected[0] = 2; // −2 and −1.9, bins are 0.16 wide
    expected[12] = 1;
    expected[18] = 1; // 1: (1 + 2)/4·25 = 18.75
    expected[24] = 1;
    assertArrayEquals(expected, preview.histogram());
    assertEquals(3, Preview.of(Tensor.of(new float[3], 3)).histogram()[12]);
  }

  /// 50 rows on 24 tile rows: row 49 is in the last, row 2 in the first.
  @Test
  void aTileShowsTheLargestValueOfEachPart() {
    float[] values = new float[50 * 100];
    values[49 * 100 + 99] = -7;
    values[2 * 100] = 3;
    values[1 * 100 + 1] = -2;
    values[25 * 100 + 50] = Float.NaN;
    float[][] tile = Preview.of(Tensor.of(values, 50, 100)).tile();
    assertEquals(24, tile.length);
    assertEquals(48, tile[0].length);
    assertEquals(-7, tile[23][47]);
    assertEquals(3, tile[0][0]);
    assertTrue(Float.isNaN(tile[12][24]));
    float[][] image =
        Preview.of(Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 3, 1, 2))
            .tile();
    assertArrayEquals(new float[][] {{1, 2}, {3, 4}, {5, 6}}, image);
    assertArrayEquals(new float[][] {{5, 6}}, Preview.of(Tensor.of(new float[] {5, 6}, 2)).tile());
    assertEquals(0, Preview.of(Tensor.of(new float[0], 0, 3)).tile().length);
  }

  @Test
  void coloursTellSigns() {
    assertEquals(0xFFFFFF, Pixels.colour(0, 1));
    assertEquals(0xD62728, Pixels.colour(2, 2));
    assertEquals(0x1F77B4, Pixels.colour(-2, 2));
    assertEquals(0, Pixels.colour(Float.NaN, 1));
    assertEquals(0xFFFFFF, Pixels.colour(0, 0));
  }
}
