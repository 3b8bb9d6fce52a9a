package cadj.kernels.conv;

import static java.lang.Math.ceilDiv;

import cadj.kernels.binary.Binary;
import cadj.kernels.binary.BinaryKernel;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.PtxSource;
import cadj.kernels.record.Recording;
import cadj.kernels.strided.LoopNest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// By the device's library if there is one and padding is the same on opposite sides; else as
/// implicit matrix products, `conv_image.ptx` and `conv_weight.ptx`, with `conv.ptx` around them.
final class Conv2dCuda implements Conv2dKernel {
  private static final PtxSource SOURCE = PtxSource.beside(Conv2dCuda.class, "conv.ptx");
  private static final PtxSource WEIGHT =
      PtxSource.beside(Conv2dCuda.class, "conv_weight.ptx").with(ChannelRuns.SOURCE);
  private static final int BLOCK = 256;

  private final Gpu gpu;
  private final ProductTiles.Choice choice;

  Conv2dCuda(Gpu gpu) {
    this(gpu, ProductTiles::best);
  }

  Conv2dCuda(Gpu gpu, ProductTiles.Choice choice) {
    this.gpu = gpu;
    this.choice = choice;
  }

  @Override
  public void forward(Conv2dShape s, Buffer y, Buffer x, Buffer weight, Conv2dAddends addends) {
    convolve(s, y, x, weight, addends.bias());
    int pixels = s.ho() * s.wo();
    int[] sizes = {s.n(), pixels, s.co()};
    int[] steps = {pixels * s.co(), s.co(), 1};
    if (addends.perImage() != null) {
      add(y, addends.perImage(), LoopNest.of(sizes, steps, steps, new int[] {s.co(), 0, 1}));
    }
    if (addends.residual() != null) {
      add(y, addends.residual(), LoopNest.of(sizes, steps, steps, steps));
    }
  }

  private void add(Buffer y, Buffer addend, LoopNest nest) {
    BinaryKernel.on(gpu, y).apply(Binary.ADD, y, y, addend, nest);
  }

  private void convolve(Conv2dShape s, Buffer y, Buffer x, Buffer weight, @Nullable Buffer bias) {
    if (byLibrary(s)
        && y instanceof GpuF32 out
        && x instanceof GpuF32 image
        && weight instanceof GpuF32 filter) {
      Dnn library = library();
      gpu.call(
          library,
          "convolution",
          s::sizes,
          () -> library.forward(sizes(s), out, image, filter, gpu.precision().convTf32()));
      if (bias != null) {
        addBias(out, bias, s.co());
      }
      return;
    }
    GpuF32 packed = gpu.allocate(packedLength(s));
    try {
      packForward(s, packed, weight);
      run(List.of(ImageProduct.forward(s)), y, x, packed, bias);
    } finally {
      gpu.free(packed);
    }
  }

  /// dx is dy convolved, its taps turned round.
  ///
  /// With a stride, input pixels fall into strideH·strideW phases that meet different taps; each
  /// phase is a product of its own.
  @Override
  public void backwardData(Conv2dShape s, Buffer dx, Buffer dy, Buffer weight) {
    if (byLibrary(s)
        && dx instanceof GpuF32 out
        && dy instanceof GpuF32 image
        && weight instanceof GpuF32 filter) {
      Dnn library = library();
      gpu.call(
          library,
          "convolution, gradient of x",
          s::sizes,
          () -> library.backwardData(sizes(s), out, image, filter, gpu.precision().convTf32()));
      return;
    }
    List<ImageProduct> phases = new ArrayList<>();
    for (int a = 0; a < Math.min(s.h(), s.strideH()); a++) {
      for (int b = 0; b < Math.min(s.w(), s.strideW()); b++) {
        phases.add(ImageProduct.backward(s, a, b));
      }
    }
    GpuF32 packed = gpu.allocate(packedLength(s));
    try {
      packBackward(s, packed, weight);
      run(phases, dx, dy, packed, null);
    } finally {
      gpu.free(packed);
    }
  }

  /// Products that together write y; in slices, if that is what one of them asks for.
  private void run(
      List<ImageProduct> products, Buffer y, Buffer x, GpuF32 packed, @Nullable Buffer bias) {
    Recording.algorithm("implicit product");
    List<ProductTiles> tiles = new ArrayList<>();
    int slices = 1;
    for (ImageProduct it : products) {
      ProductTiles chosen = choice.choose(it.rows(), it.columns(), it.terms(), it.groups());
      tiles.add(chosen);
      slices = Math.max(slices, chosen.slices());
    }
    if (slices == 1) {
      for (int i = 0; i < products.size(); i++) {
        products.get(i).launch(gpu, tiles.get(i), 1, 0, products.size() == 1, y, x, packed, bias);
      }
      return;
    }
    GpuF32 parts = gpu.allocate(slices * y.length());
    try {
      for (int i = 0; i < products.size(); i++) {
        products
            .get(i)
            .launch(gpu, tiles.get(i), slices, y.length(), false, parts, x, packed, bias);
      }
      int channels = products.getFirst().yChannels();
      sum(y, parts, slices, channels, 1, channels);
    } finally {
      gpu.free(parts);
    }
  }

  /// dweight [Co, taps·Ci] = dyᵀ [Co, pixels] · taps of x [pixels, taps·Ci], in slices of pixels,
  /// which are then added up and their taps made innermost.
  @Override
  public void backwardWeight(Conv2dShape s, Buffer dweight, Buffer dy, Buffer x) {
    if (byLibrary(s)
        && dweight instanceof GpuF32 out
        && dy instanceof GpuF32 gradient
        && x instanceof GpuF32 image) {
      Dnn library = library();
      gpu.call(
          library,
          "convolution, gradient of weight",
          s::sizes,
          () -> library.backwardWeight(sizes(s), out, gradient, image, gpu.precision().convTf32()));
      return;
    }
    int ci = s.ci() / s.groups();
    int co = s.co() / s.groups();
    int taps = s.kh() * s.kw();
    int columns = taps * ChannelRuns.whole(ci);
    int pixels = s.n() * s.ho() * s.wo();
    ProductTiles tiles = choice.choose(co, columns, pixels, s.groups());
    Recording.algorithm("implicit product");
    GpuF32 parts = gpu.allocate(tiles.slices() * s.co() * columns);
    try {
      gpu.launch(WEIGHT, "conv2d_weight_" + tiles.side())
          .grid(tiles.count(co, columns), s.groups(), tiles.slices())
          .block(BLOCK)
          .out(parts)
          .in(dy)
          .in(x)
          .i32(co)
          .i32(columns)
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
          .i32(pixels)
          .i32(tiles.depth())
          .i32(s.co() * columns)
          .i32(ChannelRuns.atOnce(dy, s.co(), s.groups()))
          .i32(ChannelRuns.atOnce(x, s.ci(), s.groups()))
          .run();
      sum(dweight, parts, tiles.slices(), ci, taps, ChannelRuns.whole(ci));
    } finally {
      gpu.free(parts);
    }
  }

  private static int packedLength(Conv2dShape s) {
    int ci = ChannelRuns.whole(s.ci() / s.groups());
    int co = ChannelRuns.whole(s.co() / s.groups());
    return s.groups() * s.kh() * s.kw() * ci * co;
  }

  private void packForward(Conv2dShape s, GpuF32 packed, Buffer weight) {
    int ci = s.ci() / s.groups();
    int co = s.co() / s.groups();
    int ci4 = ChannelRuns.whole(ci);
    int co4 = ChannelRuns.whole(co);
    gpu.launch(SOURCE, "conv2d_pack_forward")
        .grid(ceilDiv(ci4, 32) * ceilDiv(co4, 32), s.groups())
        .block(BLOCK)
        .out(packed)
        .in(weight)
        .i32(ci)
        .i32(co)
        .i32(ci4)
        .i32(co4)
        .i32(s.kh() * s.kw())
        .run();
  }

  private void packBackward(Conv2dShape s, GpuF32 packed, Buffer weight) {
    int ci = s.ci() / s.groups();
    int co = s.co() / s.groups();
    int ci4 = ChannelRuns.whole(ci);
    int co4 = ChannelRuns.whole(co);
    gpu.launch(SOURCE, "conv2d_pack_backward")
        .grid(ceilDiv(ci4 * co4, BLOCK), s.groups())
        .block(BLOCK)
        .out(packed)
        .in(weight)
        .i32(ci)
        .i32(co)
        .i32(ci4)
        .i32(co4)
        .i32(s.kh())
        .i32(s.kw())
        .i32(s.strideH())
        .i32(s.strideW())
        .run();
  }

  /// out [rows][channels][taps] = sum over slices of parts [slices][rows][taps][pitch]
  private void sum(Buffer out, GpuF32 parts, int slices, int channels, int taps, int pitch) {
    gpu.launch(SOURCE, "conv2d_sum")
        .grid(ceilDiv(out.length(), BLOCK))
        .block(BLOCK)
        .out(out)
        .in(parts)
        .i32(out.length())
        .i32(slices)
        .i32(parts.length() / slices)
        .i32(channels)
        .i32(taps)
        .i32(pitch)
        .run();
  }

  private void addBias(GpuF32 y, Buffer bias, int channels) {
    boolean whole = channels % 4 == 0 && ChannelRuns.aligned(y) && ChannelRuns.aligned(bias);
    int count = whole ? y.length() / 4 : y.length();
    gpu.launch(SOURCE, whole ? "conv2d_add_bias_whole" : "conv2d_add_bias")
        .grid(ceilDiv(count, BLOCK))
        .block(BLOCK)
        .inOut(y)
        .in(bias)
        .i32(count)
        .i32(channels)
        .run();
  }

  private boolean byLibrary(Conv2dShape s) {
    boolean even = s.padTop() == s.padBottom() && s.padLeft() == s.padRight();
    return gpu.dnn() != null && even && s.n() > 0;
  }

  private Dnn library() {
    return Objects.requireNonNull(gpu.dnn());
  }

  private static Dnn.Sizes sizes(Conv2dShape s) {
    return new Dnn.Sizes(
        s.n(),
        s.ci(),
        s.h(),
        s.w(),
        s.co(),
        s.kh(),
        s.kw(),
        s.strideH(),
        s.strideW(),
        s.padTop(),
        s.padLeft(),
        s.groups());
  }
}
