package cadj.bench.geglu;

import cadj.bench.workload.Noise;
import cadj.bench.workload.Pass;

/// Feed-forward layers of the UNet by their place: tokens of two images, channels of the result.
public enum GegluLayer {
  GATE_16(512, 5120),
  GATE_64(8192, 1280),
  GATE_32(2048, 2560),
  SMALL_GATE_32(2048, 1280),
  SMALL_GATE_16(512, 2560);

  private final int rows;
  private final int width;

  GegluLayer(int rows, int width) {
    this.rows = rows;
    this.width = width;
  }

  public GegluCall call(Pass pass) {
    Noise noise = new Noise();
    return new GegluCall(
        pass,
        rows,
        width,
        noise.buffer(2 * rows * width),
        noise.buffer(rows * width),
        noise.buffer(rows * width),
        noise.buffer(2 * rows * width));
  }

  /// Sizes and name.
  String shape() {
    return "%d×%d %s".formatted(rows, width, name());
  }
}
