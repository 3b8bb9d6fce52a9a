package cadj.bench.attention;

import cadj.bench.attention.AttentionCall.Pass;
import cadj.bench.workload.Noise;
import cadj.kernels.attention.AttentionShape;
import cadj.kernels.device.Buffer;

/// Attention of the UNet by its place, eight heads for each of two images: queries, keys, size of a
/// head. With latents of 32×32 everything moves down by one.
public enum AttentionLayer {
  SELF_16(256, 256, 160),
  SELF_64(4096, 4096, 40),
  CROSS_64(4096, 77, 40),
  SELF_32(1024, 1024, 80),
  CROSS_32(1024, 77, 80),
  SMALL_SELF_32(1024, 1024, 40),
  SMALL_SELF_16(256, 256, 80);

  private static final int HEADS = 8;
  private static final int BATCH = 2;

  private final int queries;
  private final int keys;
  private final int dim;

  AttentionLayer(int queries, int keys, int dim) {
    this.queries = queries;
    this.keys = keys;
    this.dim = dim;
  }

  public AttentionCall call(Pass pass) {
    AttentionShape shape =
        new AttentionShape(BATCH, HEADS, queries, keys, dim, (float) (1 / Math.sqrt(dim)), false);
    Noise noise = new Noise();
    int q = BATCH * queries * HEADS * dim;
    int k = BATCH * keys * HEADS * dim;
    Buffer lse = noise.buffer(BATCH * HEADS * queries);
    return new AttentionCall(
        pass,
        shape,
        noise.buffer(q),
        noise.buffer(k),
        noise.buffer(k),
        noise.buffer(q),
        noise.buffer(q),
        lse,
        noise.buffer(q),
        noise.buffer(k),
        noise.buffer(k));
  }

  /// Sizes and name.
  String shape() {
    return "%d×%d×%d d%d %s".formatted(BATCH * HEADS, queries, keys, dim, name());
  }
}
