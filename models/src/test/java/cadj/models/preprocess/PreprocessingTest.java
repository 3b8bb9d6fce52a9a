package cadj.models.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What no recording shows: sizes and roundings worked out by hand, and what is refused.
class PreprocessingTest {
  @ParameterizedTest
  @CsvSource({
    "224, 224, 0, 0",
    "225, 224, 0, 0", // torchvision: 0.5 to 0
    "226, 224, 1, 1",
    "227, 224, 1, 2", // torchvision: 1.5 to 2
    "229, 224, 2, 2", // torchvision: 2.5 to 2
    "231, 224, 3, 4"
  })
  void cropsFromTheMiddle(int n, int crop, int clip, int torchvision) {
    assertEquals(clip, CenterCrop.FLOOR.offset(n, crop));
    assertEquals(torchvision, CenterCrop.HALF_EVEN.offset(n, crop));
  }

  /// Three pixels to two by the stretched triangle: (1·a + ½·b)/1.5 to each side.
  @Test
  void antialiasWeighsAllThatFallTogether() {
    RgbImage line = grey(1, 3, 0, 90, 255);
    RgbImage two = PillowResize.resize(line, 1, 2, Filter.BILINEAR);
    FilterWeights by = FilterWeights.of(Filter.BILINEAR, 3, 2);
    // centres 0.75 and 2.25, support 1.5: weights ∝ 1 − |x + ½ − centre|/1.5
    double[] left = {1 - 0.25 / 1.5, 1 - 0.75 / 1.5, 0};
    double sum = left[0] + left[1];
    assertArrayEquals(new int[] {0, 1}, by.first());
    assertEquals(Math.rint((left[0] * 0 + left[1] * 90) / sum), two.level(0, 0, 0));
    assertEquals(Math.rint((left[1] * 90 + left[0] * 255) / sum), two.level(0, 1, 0));
  }

  @Test
  void bicubicOvershootsAndIsClamped() {
    RgbImage edge = grey(1, 4, 0, 0, 255, 255);
    RgbImage wide = PillowResize.resize(edge, 1, 16, Filter.BICUBIC);
    assertEquals(0, wide.level(0, 5, 0));
    assertEquals(255, wide.level(0, 10, 0));
    assertEquals(255 - wide.level(0, 7, 1), wide.level(0, 8, 1));
  }

  /// PyTorch's documentation of half-pixel centres, by a plain loop over one line.
  @Test
  void bilinearWithoutAntialiasTakesTheTwoNearest() {
    float[] line = {0, 10, 30, 70};
    float[] up = Bilinear.resize(line, 1, 1, 4, 1, 8);
    assertArrayEquals(new float[] {0, 2.5f, 7.5f, 15, 25, 40, 60, 70}, up);
    float[] down = Bilinear.resize(line, 1, 1, 4, 1, 2);
    assertArrayEquals(new float[] {5, 50}, down);
    float[] columns = Bilinear.resize(line, 1, 4, 1, 2, 1);
    assertArrayEquals(down, columns);
  }

  @Test
  void bilinearKeepsPlanesApart() {
    float[] planes = {1, 2, 3, 4, 50, 60, 70, 80};
    float[] out = Bilinear.resize(planes, 2, 2, 2, 1, 1);
    assertArrayEquals(new float[] {2.5f, 65}, out);
  }

  @Test
  void tensorsAreRoundedAsTheyWouldBeStored() {
    Tensor pictures =
        Tensor.of(new float[] {-1, -2, 0, 1, 3, 0.5f, 0, 0, 0, 0, 0, 0, 1, 1, 1}, 1, 3, 1, 5);
    RgbImage image = RgbImage.of(pictures, 0);
    assertEquals(0, image.level(0, 0, 0));
    assertEquals(0, image.level(0, 1, 0));
    assertEquals(128, image.level(0, 2, 0)); // 127.5 to even
    assertEquals(255, image.level(0, 4, 0));
    assertEquals(191, image.level(0, 0, 1)); // 191.25
    assertEquals(255, image.level(0, 2, 2));
    Tensor nan = Tensor.of(new float[] {0, 0, Float.NaN}, 1, 3, 1, 1);
    String message =
        assertThrows(IllegalArgumentException.class, () -> RgbImage.of(nan, 0)).getMessage();
    assertEquals("picture 0: expected numbers, got NaN", message);
  }

  @Test
  void picturesOfOneBatchStayApart() {
    RgbImage black = grey(2, 2, 0, 0, 0, 0);
    RgbImage white = grey(2, 2, 255, 255, 255, 255);
    Tensor two = new Unchanged(2).of(List.of(black, white));
    assertEquals(List.of(2, 3, 2, 2), List.of(two.dim(0), two.dim(1), two.dim(2), two.dim(3)));
    assertEquals(-1, two.get(0, 2, 1, 1));
    assertEquals(1, two.get(1, 0, 0, 0));
  }

  @Test
  void unchangedPicturesKeepEveryBit() {
    Tensor pictures = Tensor.of(new float[] {1.5f, 0.1f, -0.3f}, 1, 3, 1, 1);
    assertArrayEquals(pictures.toFloats(), new Unchanged(1).of(pictures).toFloats());
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Unchanged(32).of(pictures))
            .getMessage();
    assertEquals("pictures: expected 32×32 pixels, got 1×1", message);
  }

  @Test
  void refusesALineOfPixels() {
    RgbImage line = RgbImage.of(1, 100_000, new byte[300_000]);
    String message =
        assertThrows(IllegalArgumentException.class, () -> ResizeCrop.CLIP.values(line))
            .getMessage();
    assertEquals(
        "preprocessing: expected a picture whose sides are not that different, got 1×100000",
        message);
  }

  /// More pictures than one batch has: a row for each, in their order.
  @Test
  void networksSeeAFewAtATime() {
    float[] values = new float[19 * 3];
    for (int n = 0; n < 19; n++) {
      values[3 * n] = n;
    }
    List<Integer> sizes = new ArrayList<>();
    Tensor rows =
        new Unchanged(1)
            .forward(
                Tensor.of(values, 19, 3, 1, 1),
                some -> {
                  sizes.add(some.dim(0));
                  return some.reshape(some.dim(0), 3);
                });
    assertEquals(List.of(8, 8, 3), sizes);
    assertArrayEquals(values, rows.toFloats());
  }

  private static RgbImage grey(int height, int width, int... levels) {
    byte[] bytes = new byte[3 * levels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) levels[i / 3];
    }
    return RgbImage.of(height, width, bytes);
  }
}
