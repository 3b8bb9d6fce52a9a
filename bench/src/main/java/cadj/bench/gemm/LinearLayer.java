package cadj.bench.gemm;

import cadj.bench.workload.Noise;
import cadj.kernels.device.GemmShape;

/// Products m×n×k by their place in the UNet: tokens by channels out by channels in. 64, 32, … is
/// the side of the image; with latents of 32×32 everything moves down by one. The last two occur
/// nowhere and are what libraries are measured by.
public enum LinearLayer {
  TEXT_KEYS(77, 768, 768),
  PROJECTION_64(4096, 320, 320),
  FEED_FORWARD_IN_64(4096, 2560, 320),
  FEED_FORWARD_OUT_64(4096, 320, 1280),
  PROJECTION_32(1024, 640, 640),
  FEED_FORWARD_IN_32(1024, 5120, 640),
  PROJECTION_16(256, 1280, 1280),
  FEED_FORWARD_IN_16(256, 10240, 1280),
  SMALL_PROJECTION_32(1024, 320, 320),
  SMALL_FEED_FORWARD_IN_32(1024, 2560, 320),
  SMALL_PROJECTION_16(256, 640, 640),
  SMALL_FEED_FORWARD_IN_16(256, 5120, 640),
  SMALL_PROJECTION_8(64, 1280, 1280),
  SMALL_FEED_FORWARD_IN_8(64, 10240, 1280),
  CUBE_1024(1024, 1024, 1024),
  CUBE_2048(2048, 2048, 2048);

  /// Which of the factors lie transposed in memory.
  public enum Transposes {
    /// A·Bᵀ: a linear layer, B its weight.
    NT,
    /// A·B: its input's gradient.
    NN,
    /// Aᵀ·B: its weight's gradient.
    TN
  }

  private final int m;
  private final int n;
  private final int k;

  LinearLayer(int m, int n, int k) {
    this.m = m;
    this.n = n;
    this.k = k;
  }

  public GemmCall product(Transposes transposes) {
    Noise noise = new Noise();
    return new GemmCall(
        GemmShape.of(transposes == Transposes.TN, transposes == Transposes.NT, m, n, k),
        noise.buffer(m * k),
        noise.buffer(k * n),
        noise.buffer(m * n));
  }

  /// Sizes and name.
  String shape() {
    return "%d×%d×%d %s".formatted(m, n, k, name());
  }
}
