package cadj.kernels.groupnorm;

import cadj.kernels.device.F32;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// How [N,HW,C] is cut: images into blocks of pixels, pixels into bands.
///
/// A band is so many whole pixels that its floats fill whole vectors, at least 128 of them: with 3
/// or 10 or 20 channels as with 320 there are no odd ends, and channel i mod C stands in lane i of
/// every band. A block is a run of bands small enough to stay in cache; only an image's last block
/// may end in a part of a band.
///
/// @param band pixels in a band
/// @param block pixels in a block, a multiple of `band`
/// @param perImage blocks in an image
record Blocks(int n, int hw, int c, int band, int block, int perImage) {
  private static final int BAND_FLOATS = 128;
  private static final int BLOCK_FLOATS = 1 << 15;

  static Blocks of(int n, int hw, int c) {
    int lanes = FloatVector.SPECIES_PREFERRED.length();
    int unit = lanes / gcd(c, lanes);
    int band = unit * Math.ceilDiv(BAND_FLOATS, Math.max(1, unit * c));
    int block = band * Math.max(1, BLOCK_FLOATS / Math.max(1, band * c));
    return new Blocks(n, hw, c, band, block, Math.ceilDiv(hw, block));
  }

  int count() {
    return n * perImage;
  }

  /// Floats in a band, a multiple of the lane count.
  int width() {
    return band * c;
  }

  /// Pixels in the `i`-th block of an image.
  int pixels(int i) {
    return Math.min(block, hw - i * block);
  }

  /// Block `i` of all images' blocks.
  Block get(int i) {
    int image = i / perImage;
    int inImage = i - image * perImage;
    int size = pixels(inImage) * c;
    return new Block(image, (image * hw + inImage * block) * c, size, size - size % width());
  }

  /// Values per channel, values[from … from+C), repeated along a band.
  float[] repeat(float[] values, int from) {
    float[] lanes = new float[width()];
    for (int i = 0; i < lanes.length; i += c) {
      System.arraycopy(values, from, lanes, i, c);
    }
    return lanes;
  }

  /// Adds sums per lane of a band up, per group of `size` channels: four groups at a time, whose
  /// additions do not wait for each other.
  void fold(float[] lanes, double[] sums, int size) {
    for (int i = 0; i < lanes.length; i += c) {
      int group = 0;
      for (; group <= sums.length - 4; group += 4) {
        int at = i + group * size;
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int lane = at; lane < at + size; lane++) {
          s0 += lanes[lane];
          s1 += lanes[lane + size];
          s2 += lanes[lane + 2 * size];
          s3 += lanes[lane + 3 * size];
        }
        sums[group] += s0;
        sums[group + 1] += s1;
        sums[group + 2] += s2;
        sums[group + 3] += s3;
      }
      for (; group < sums.length; group++) {
        double sum = 0;
        for (int lane = i + group * size; lane < i + (group + 1) * size; lane++) {
          sum += lanes[lane];
        }
        sums[group] += sum;
      }
    }
  }

  /// The part of a band that ends `block`, filled up with `padding`.
  float[] rest(Block block, F32 x, float[] padding) {
    float[] rest = Arrays.copyOf(padding, width());
    System.arraycopy(x.array(), x.offset() + block.restAt(), rest, 0, block.rest());
    return rest;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, Math.floorMod(a, b));
  }

  /// Where a block lies.
  ///
  /// @param start its first float
  /// @param size its floats
  /// @param whole those of its whole bands
  record Block(int image, int start, int size, int whole) {
    int rest() {
      return size - whole;
    }

    int restAt() {
      return start + whole;
    }
  }
}
