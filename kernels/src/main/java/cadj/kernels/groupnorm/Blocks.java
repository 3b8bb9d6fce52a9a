package cadj.kernels.groupnorm;

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
record Blocks(int hw, int c, int band, int block, int perImage) {
  private static final int BAND_FLOATS = 128;
  private static final int BLOCK_FLOATS = 1 << 15;

  static Blocks of(int hw, int c) {
    int lanes = FloatVector.SPECIES_PREFERRED.length();
    int unit = lanes / gcd(c, lanes);
    int band = unit * Math.max(1, Math.ceilDiv(BAND_FLOATS, unit * c));
    int block = band * Math.max(1, BLOCK_FLOATS / (band * c));
    return new Blocks(hw, c, band, block, Math.ceilDiv(hw, block));
  }

  /// Floats in a band, a multiple of the lane count.
  int width() {
    return band * c;
  }

  /// Pixels in block `b` of an image.
  int pixels(int b) {
    return Math.min(block, hw - b * block);
  }

  /// Where block `b` of `image` starts.
  int start(int image, int b) {
    return (image * hw + b * block) * c;
  }

  /// Values per channel, repeated along a band.
  float[] repeat(float[] perChannel, int from) {
    float[] lanes = new float[width()];
    for (int i = 0; i < lanes.length; i += c) {
      System.arraycopy(perChannel, from, lanes, i, c);
    }
    return lanes;
  }

  /// Sums per lane of a band, added up per channel into sums[at … at+C).
  void fold(float[] lanes, double[] sums, int at) {
    for (int i = 0; i < lanes.length; i += c) {
      for (int ch = 0; ch < c; ch++) {
        sums[at + ch] += lanes[i + ch];
      }
    }
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, Math.floorMod(a, b));
  }
}
