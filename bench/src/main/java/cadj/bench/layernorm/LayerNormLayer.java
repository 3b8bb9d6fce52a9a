package cadj.bench.layernorm;

import cadj.bench.workload.Noise;
import cadj.bench.workload.Pass;

/// Norms of the UNet's transformers by their place: tokens of two images, channels.
public enum LayerNormLayer {
  TOKENS_16(512, 1280),
  TOKENS_64(8192, 320),
  TOKENS_32(2048, 640),
  SMALL_TOKENS_32(2048, 320),
  SMALL_TOKENS_16(512, 640);

  private final int rows;
  private final int width;

  LayerNormLayer(int rows, int width) {
    this.rows = rows;
    this.width = width;
  }

  public LayerNormCall call(Pass pass) {
    Noise noise = new Noise();
    return new LayerNormCall(
        pass,
        rows,
        width,
        noise.buffer(rows * width),
        noise.buffer(width),
        noise.buffer(width),
        noise.buffer(rows * width),
        noise.buffer(rows * width),
        noise.buffer(rows),
        noise.buffer(rows),
        noise.buffer(rows * width),
        noise.buffer(width),
        noise.buffer(width));
  }

  /// Sizes and name.
  String shape() {
    return "%d×%d %s".formatted(rows, width, name());
  }
}
