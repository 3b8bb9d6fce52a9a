package cadj.bench.rmsnorm;

import cadj.bench.workload.Noise;
import cadj.bench.workload.Pass;

/// Norms by their place: queries or keys of SD3.5-medium's 24 heads of 64, of two images with 32×32
/// tokens and of their 333 tokens of text; T5-XXL's layers, of prompts with 256 and 77 tokens.
public enum RmsNormLayer {
  HEADS_IMAGE_32(2 * 1024 * 24, 64),
  HEADS_TEXT(2 * 333 * 24, 64),
  T5_256(256, 4096),
  T5_77(77, 4096);

  private final int rows;
  private final int width;

  RmsNormLayer(int rows, int width) {
    this.rows = rows;
    this.width = width;
  }

  public RmsNormCall call(Pass pass) {
    Noise noise = new Noise();
    return new RmsNormCall(
        pass,
        rows,
        width,
        noise.buffer(rows * width),
        noise.buffer(width),
        noise.buffer(rows * width),
        noise.buffer(rows * width),
        noise.buffer(rows),
        noise.buffer(rows * width),
        noise.buffer(width));
  }

  /// Sizes and name.
  String shape() {
    return "%d×%d %s".formatted(rows, width, name());
  }
}
