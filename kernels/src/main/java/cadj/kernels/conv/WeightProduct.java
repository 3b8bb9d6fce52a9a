package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.PtxSource;

/// What a weight's gradient is to `conv_weight.ptx`, whose contract explains the names: dweight
/// [Co, taps·Ci] = dyᵀ [Co, pixels] · taps of x [pixels, taps·Ci].
record WeightProduct(Conv2dShape s) {
  private static final PtxSource SHARED =
      PtxSource.beside(WeightProduct.class, "conv_weight_run.ptx").with(ChannelRuns.SOURCE);
  private static final PtxSource SOURCE =
      PtxSource.beside(WeightProduct.class, "conv_weight.ptx").with(SHARED);
  private static final PtxSource TF32 =
      PtxSource.beside(WeightProduct.class, "conv_weight_mma.ptx").with(SHARED);

  /// Of a group.
  int rows() {
    return s.co() / s.groups();
  }

  int columns() {
    return s.kh() * s.kw() * ChannelRuns.whole(s.ci() / s.groups());
  }

  int terms() {
    return s.n() * s.ho() * s.wo();
  }

  /// @param parts [slices][Co][columns]
  void launch(Gpu gpu, boolean tf32, ProductTiles tiles, GpuF32 parts, Buffer dy, Buffer x) {
    int ci = s.ci() / s.groups();
    gpu.launch(
            tf32 ? TF32 : SOURCE, (tf32 ? "conv2d_weight_tf32_" : "conv2d_weight_") + tiles.side())
        .grid(tiles.count(rows(), columns()), s.groups(), tiles.slices())
        .block(tiles.threads(tf32))
        .out(parts)
        .in(dy)
        .in(x)
        .i32(rows())
        .i32(columns())
        .i32(s.h())
        .i32(s.w())
        .i32(s.ci())
        .i32(ci)
        .i32(ChannelRuns.whole(ci))
        .i32(s.ho())
        .i32(s.wo())
        .i32(s.co())
        .i32(s.strideH())
        .i32(s.strideW())
        .i32(-s.padTop())
        .i32(-s.padLeft())
        .i32(s.kw())
        .i32(terms())
        .i32(tiles.depth())
        .i32(s.co() * columns())
        .i32(ChannelRuns.atOnce(s.co(), s.groups(), dy))
        .i32(ChannelRuns.atOnce(s.ci(), s.groups(), x))
        .run();
  }
}
