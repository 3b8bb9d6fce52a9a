package cadj.kernels.groupnorm;

import static cadj.kernels.device.Buffer.singles;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.sum.SumKernel;
import cadj.kernels.tiles.ColumnTiles;
import cadj.kernels.tiles.PtxTiles;
import cadj.kernels.vectormath.PtxMath;
import org.jspecify.annotations.Nullable;

/// Launches of `groupnorm.ptx`: over channels and parts of the pixels, over groups, over elements.
final class GroupNormCuda implements GroupNormKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(GroupNormCuda.class, "groupnorm.ptx")
          .with(PtxTiles.SOURCE)
          .with(PtxMath.SOURCE);

  private static final int GROUP_THREADS = 128;

  private final Gpu gpu;

  GroupNormCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(
      GroupNormShape s, Buffer y, Buffer mean, Buffer rstd, Buffer x, Buffer weight, Buffer bias) {
    Buffer out = singles(y, s.elements());
    Buffer in = singles(x, s.elements());
    int groups = s.n() * s.groups();
    ColumnTiles cut = cut(s);
    int sums = s.n() * cut.parts() * s.c();
    GpuF32 scratch = gpu.allocate(3 * sums + groups);
    try {
      GpuF32 firsts = scratch.slice(0, sums);
      GpuF32 means = scratch.slice(sums, sums);
      GpuF32 m2s = scratch.slice(2 * sums, sums);
      GpuF32 meanLow = scratch.slice(3 * sums, groups);
      Launch channels =
          overPixels(s, cut, "groupnorm_channel_statistics")
              .out(firsts)
              .out(means)
              .out(m2s)
              .in(in)
              .i32(s.hw())
              .i32(s.c());
      cut(channels, cut, cut.vectors(in)).run();
      overGroups(s, "groupnorm_group_statistics")
          .out(singles(mean, groups))
          .out(meanLow)
          .out(singles(rstd, groups))
          .in(firsts)
          .in(means)
          .in(m2s)
          .i32(s.hw())
          .i32(s.c())
          .i32(s.width())
          .i32(cut.parts())
          .i32(cut.part())
          .f32(s.eps())
          .run();
      Launch outputs =
          overPixels(s, cut, "groupnorm_forward")
              .out(out)
              .in(in)
              .in(singles(mean, groups))
              .in(meanLow)
              .in(singles(rstd, groups))
              .in(singles(weight, s.c()))
              .in(singles(bias, s.c()));
      cut(shape(outputs, s), cut, cut.vectors(out, in)).run();
    } finally {
      gpu.free(scratch);
    }
  }

  @Override
  public void backward(
      GroupNormShape s,
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      @Nullable Buffer bias) {
    int groups = s.n() * s.groups();
    Inputs of =
        new Inputs(
            singles(dy, s.elements()),
            singles(x, s.elements()),
            singles(mean, groups),
            singles(rstd, groups),
            singles(weight, s.c()),
            s.silu() && bias != null ? singles(bias, s.c()) : null);
    ColumnTiles cut = cut(s);
    int sums = s.n() * cut.parts() * s.c();
    GpuF32 scratch = gpu.allocate(2 * (sums + groups));
    try {
      GpuF32 dzs = scratch.slice(0, sums);
      GpuF32 products = scratch.slice(sums, sums);
      Launch channels =
          overPixels(s, cut, "groupnorm_channel_gradients")
              .out(dzs)
              .out(products)
              .in(of.dy)
              .in(of.x)
              .in(of.mean)
              .in(of.rstd)
              .in(of.weight)
              .in(of.bias);
      cut(shape(channels, s), cut, cut.vectors(of.dy, of.x)).run();
      SumKernel sum = SumKernel.on(gpu, scratch);
      if (dweight != null) {
        sum.sum(dweight, products, 1, s.n() * cut.parts(), s.c());
      }
      if (dbias != null) {
        sum.sum(dbias, dzs, 1, s.n() * cut.parts(), s.c());
      }
      if (dx != null) {
        GpuF32 meanG = scratch.slice(2 * sums, groups);
        GpuF32 meanGx = scratch.slice(2 * sums + groups, groups);
        overGroups(s, "groupnorm_group_gradients")
            .out(meanG)
            .out(meanGx)
            .in(dzs)
            .in(products)
            .in(of.weight)
            .i32(s.hw())
            .i32(s.c())
            .i32(s.width())
            .i32(cut.parts())
            .run();
        input(s, cut, singles(dx, s.elements()), of, meanG, meanGx);
      }
    } finally {
      gpu.free(scratch);
    }
  }

  /// What a backward pass reads.
  private record Inputs(
      Buffer dy, Buffer x, Buffer mean, Buffer rstd, Buffer weight, @Nullable Buffer bias) {}

  private void input(
      GroupNormShape s, ColumnTiles cut, Buffer dx, Inputs of, GpuF32 meanG, GpuF32 meanGx) {
    Launch inputs =
        overPixels(s, cut, "groupnorm_backward")
            .out(dx)
            .in(of.dy)
            .in(of.x)
            .in(of.mean)
            .in(of.rstd)
            .in(meanG)
            .in(meanGx)
            .in(of.weight)
            .in(of.bias);
    cut(shape(inputs, s), cut, cut.vectors(dx, of.dy, of.x)).run();
  }

  private static ColumnTiles cut(GroupNormShape s) {
    return ColumnTiles.of(s.n(), s.hw(), s.c());
  }

  /// Without pixels there is nothing to do.
  private Launch overPixels(GroupNormShape s, ColumnTiles cut, String kernel) {
    return gpu.launch(SOURCE, kernel)
        .grid(s.hw() == 0 ? 0 : cut.blocks())
        .block(ColumnTiles.THREADS);
  }

  private Launch overGroups(GroupNormShape s, String kernel) {
    return gpu.launch(SOURCE, kernel).grid(s.n() * s.groups()).block(GROUP_THREADS);
  }

  private static Launch shape(Launch launch, GroupNormShape s) {
    return launch.i32(s.hw()).i32(s.c()).i32(s.width()).i32(s.silu() ? 1 : 0);
  }

  private static Launch cut(Launch launch, ColumnTiles cut, int vectors) {
    return launch.i32(cut.parts()).i32(cut.part()).i32(cut.logWidth()).i32(vectors);
  }
}
