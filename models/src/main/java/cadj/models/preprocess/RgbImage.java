package cadj.models.preprocess;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;

/// A picture of 8-bit levels, three channels.
public final class RgbImage {
  static final int CHANNELS = 3;

  private final int height;
  private final int width;
  private final byte[] levels;

  /// @param levels [height,width,3], taken as it is and not to be changed any more
  RgbImage(int height, int width, byte[] levels) {
    this.height = height;
    this.width = width;
    this.levels = levels;
  }

  /// A picture of a copy of `levels` [height,width,3].
  public static RgbImage of(int height, int width, byte[] levels) {
    require(
        height > 0 && width > 0 && levels.length == (long) height * width * CHANNELS,
        "picture: expected %d×%d×3 levels, got %d",
        height,
        width,
        levels.length);
    return new RgbImage(height, width, levels.clone());
  }

  /// Picture `n` of [N,3,H,W] in [−1, 1]: round(255·clamp(x/2 + 0.5)), halves to even.
  ///
  /// @throws IllegalArgumentException if a value is NaN, which no level stands for
  public static RgbImage of(Tensor pictures, int n) {
    pictures.shape().requireRank(4, "pictures");
    require(
        pictures.dim(1) == CHANNELS,
        "picture: expected 3 channels (dim 1), got %s",
        pictures.shape());
    int height = pictures.dim(2);
    int width = pictures.dim(3);
    float[] values = pictures.slice(0, n, n + 1).toFloats();
    int plane = height * width;
    byte[] levels = new byte[values.length];
    for (int c = 0; c < CHANNELS; c++) {
      for (int i = 0; i < plane; i++) {
        float value = values[c * plane + i];
        require(!Float.isNaN(value), "picture %d: expected numbers, got NaN", n);
        float unit = Math.clamp(value / 2 + 0.5f, 0f, 1f);
        levels[i * CHANNELS + c] = (byte) Math.rint(unit * 255f);
      }
    }
    return new RgbImage(height, width, levels);
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /// From 0 to 255; channels are red, green, blue.
  public int level(int row, int column, int channel) {
    return levels[(row * width + column) * CHANNELS + channel] & 0xff;
  }

  /// The part of that size whose upper left corner is at (`top`, `left`).
  RgbImage crop(int top, int left, int rows, int columns) {
    byte[] part = new byte[rows * columns * CHANNELS];
    for (int y = 0; y < rows; y++) {
      System.arraycopy(
          levels,
          ((top + y) * width + left) * CHANNELS,
          part,
          y * columns * CHANNELS,
          columns * CHANNELS);
    }
    return new RgbImage(rows, columns, part);
  }
}
