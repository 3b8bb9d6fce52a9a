package cadj.bench.softmax;

import cadj.bench.workload.Noise;
import cadj.bench.workload.Pass;

/// Scores of attention in the UNet by their place, eight heads for each of two images: queries of
/// all heads, keys.
public enum SoftmaxLayer {
  SELF_16(4096, 256),
  CROSS_64(65536, 77),
  SELF_32(16384, 1024),
  CROSS_32(16384, 77);

  private final int rows;
  private final int width;

  SoftmaxLayer(int rows, int width) {
    this.rows = rows;
    this.width = width;
  }

  public SoftmaxCall call(Pass pass) {
    Noise noise = new Noise();
    return new SoftmaxCall(
        pass,
        rows,
        width,
        noise.buffer(rows * width),
        noise.buffer(rows * width),
        noise.buffer(rows * width),
        noise.buffer(rows * width));
  }

  /// Sizes and name.
  String shape() {
    return "%d×%d %s".formatted(rows, width, name());
  }
}
