package cadj.kernels.conv;

import static java.lang.Math.ceilDiv;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Done;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.device.WeightCopy;
import cadj.kernels.record.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// By the device's library if there is one and padding is the same on opposite sides; else as
/// implicit matrix products: on tensor cores (`conv_image_mma.ptx`, `conv_weight_mma.ptx`) where
/// they are and factors may be rounded to TF32, in single precision elsewhere (`conv_image.ptx`,
/// `conv_weight.ptx`); with `conv.ptx` around them.
final class Conv2dCuda implements Conv2dKernel {
  private static final PtxSource SOURCE = PtxSource.beside(Conv2dCuda.class, "conv.ptx");
  private static final int BLOCK = 256;

  /// The first capability (10·major + minor) that multiplies TF32 numbers.
  private static final int TF32_CAPABILITY = 80;

  private final Gpu gpu;
  private final ProductTiles.Choice choice;
  private final boolean tf32;

  Conv2dCuda(Gpu gpu) {
    this(gpu, ProductTiles::best);
  }

  Conv2dCuda(Gpu gpu, ProductTiles.Choice choice) {
    this.gpu = gpu;
    this.choice = choice;
    this.tf32 = gpu.precision().convTf32() && gpu.driver().capability() >= TF32_CAPABILITY;
  }

  @Override
  public void forward(Conv2dShape s, Buffer y, Buffer x, Buffer weight, Conv2dAddends addends) {
    if (byLibrary(s)
        && y instanceof GpuF32 out
        && x instanceof GpuF32 image
        && isOnGpu(weight)
        && forwardByLibrary(s, out, image, weight, addends)) {
      return;
    }
    try (WeightCopy packed = PackedWeight.forward(s, tf32).of(gpu, weight)) {
      run(List.of(ImageProduct.forward(s)), s.ho() * s.wo(), y, x, packed.buffer(), addends);
    }
  }

  /// Addends that the library leaves out are added afterwards, together.
  ///
  /// @return whether it is done
  private boolean forwardByLibrary(
      Conv2dShape s, GpuF32 y, GpuF32 x, Buffer weight, Conv2dAddends addends) {
    Dnn library = library();
    GpuF32 bias = onDevice(addends.bias());
    GpuF32 residual = onDevice(addends.residual());
    Done done =
        withSingles(
            weight,
            filter ->
                gpu.call(
                    library,
                    "convolution",
                    s::sizes,
                    y,
                    () -> library.forward(sizes(s), y, x, filter, bias, residual, convTf32())));
    Conv2dAddends left =
        done == Done.ALL
            ? new Conv2dAddends(
                bias == null ? addends.bias() : null,
                addends.perImage(),
                residual == null ? addends.residual() : null)
            : addends;
    if (done != Done.NOTHING && !left.equals(Conv2dAddends.NONE)) {
      add(y, y, 1, s.co(), s.ho() * s.wo(), left);
    }
    return done != Done.NOTHING;
  }

  private static @Nullable GpuF32 onDevice(@Nullable Buffer buffer) {
    return buffer instanceof GpuF32 it ? it : null;
  }

  /// dx is dy convolved, its taps turned round.
  ///
  /// With a stride, input pixels fall into strideH·strideW phases that meet different taps; each
  /// phase is a product of its own.
  @Override
  public void backwardData(Conv2dShape s, Buffer dx, Buffer dy, Buffer weight) {
    if (byLibrary(s) && dx instanceof GpuF32 out && dy instanceof GpuF32 image && isOnGpu(weight)) {
      Dnn library = library();
      if (withSingles(
          weight,
          filter ->
              gpu.call(
                  library,
                  "convolution, gradient of x",
                  s::sizes,
                  out,
                  () -> library.backwardData(sizes(s), out, image, filter, convTf32())))) {
        return;
      }
    }
    List<ImageProduct> phases = new ArrayList<>();
    for (int a = 0; a < Math.min(s.h(), s.strideH()); a++) {
      for (int b = 0; b < Math.min(s.w(), s.strideW()); b++) {
        phases.add(ImageProduct.backward(s, a, b));
      }
    }
    try (WeightCopy packed = PackedWeight.backward(s, tf32).of(gpu, weight)) {
      run(phases, s.h() * s.w(), dx, dy, packed.buffer(), Conv2dAddends.NONE);
    }
  }

  /// Products that together write y; in slices, if that is what one of them asks for.
  ///
  /// @param pixels of an image of y
  private void run(
      List<ImageProduct> products,
      int pixels,
      Buffer y,
      Buffer x,
      GpuF32 packed,
      Conv2dAddends addends) {
    Recording.algorithm(algorithm());
    List<ProductTiles> tiles = new ArrayList<>();
    int slices = 1;
    for (ImageProduct it : products) {
      ProductTiles chosen = choice.choose(it.rows(), it.columns(), it.terms(), it.groups());
      tiles.add(chosen);
      slices = Math.max(slices, chosen.slices());
    }
    if (slices == 1) {
      for (int i = 0; i < products.size(); i++) {
        products
            .get(i)
            .launch(gpu, tf32, tiles.get(i), 1, 0, products.size() == 1, y, x, packed, addends);
      }
      return;
    }
    Conv2dAddends first = Conv2dAddends.bias(addends.bias());
    Conv2dAddends last = new Conv2dAddends(null, addends.perImage(), addends.residual());
    GpuF32 parts = gpu.allocate(slices * y.length());
    try {
      for (int i = 0; i < products.size(); i++) {
        products
            .get(i)
            .launch(gpu, tf32, tiles.get(i), slices, y.length(), false, parts, x, packed, first);
      }
      add(y, parts, slices, products.getFirst().yChannels(), pixels, last);
    } finally {
      gpu.free(parts);
    }
  }

  /// y = sum over slices of `parts`, which may be y itself, + addends
  private void add(
      Buffer y, Buffer parts, int slices, int channels, int pixels, Conv2dAddends addends) {
    int length =
        ChannelRuns.atOnce(
            channels, 1, y, parts, addends.bias(), addends.perImage(), addends.residual());
    Launch launch = gpu.launch(SOURCE, length > 1 ? "conv2d_add_whole" : "conv2d_add");
    (y == parts ? launch.inOut(y) : launch.out(y))
        .in(parts)
        .in(addends.bias())
        .in(addends.perImage())
        .in(addends.residual())
        .i32(y.length() / length)
        .i32(slices)
        .i32(channels / length)
        .i32(pixels * channels / length)
        .grid(ceilDiv(y.length() / length, BLOCK))
        .block(BLOCK)
        .run();
  }

  /// In slices of pixels, which are then added up and their taps made innermost.
  @Override
  public void backwardWeight(Conv2dShape s, Buffer dweight, Buffer dy, Buffer x) {
    if (byLibrary(s)
        && dweight instanceof GpuF32 out
        && dy instanceof GpuF32 gradient
        && x instanceof GpuF32 image) {
      Dnn library = library();
      if (gpu.call(
          library,
          "convolution, gradient of weight",
          s::sizes,
          out,
          () -> library.backwardWeight(sizes(s), out, gradient, image, convTf32()))) {
        return;
      }
    }
    WeightProduct product = new WeightProduct(s);
    ProductTiles tiles =
        choice.choose(product.rows(), product.columns(), product.terms(), s.groups());
    Recording.algorithm(algorithm());
    GpuF32 parts = gpu.allocate(tiles.slices() * s.co() * product.columns());
    try {
      product.launch(gpu, tf32, tiles, parts, dy, x);
      sum(dweight, parts, tiles.slices(), s);
    } finally {
      gpu.free(parts);
    }
  }

  /// out [Co][Ci][taps] = sum over slices of parts [slices][Co][taps][Ci, in whole runs]
  private void sum(Buffer out, GpuF32 parts, int slices, Conv2dShape s) {
    int ci = s.ci() / s.groups();
    gpu.launch(SOURCE, "conv2d_sum")
        .grid(ceilDiv(out.length(), BLOCK))
        .block(BLOCK)
        .out(out)
        .in(parts)
        .i32(out.length())
        .i32(slices)
        .i32(parts.length() / slices)
        .i32(ci)
        .i32(s.kh() * s.kw())
        .i32(ChannelRuns.whole(ci))
        .run();
  }

  private String algorithm() {
    return tf32 ? "implicit product, TF32" : "implicit product";
  }

  private boolean convTf32() {
    return gpu.precision().convTf32();
  }

  private static boolean isOnGpu(Buffer weight) {
    return weight instanceof GpuF32 || weight instanceof GpuHalf;
  }

  /// Calls a library, which knows no halves.
  private <T> T withSingles(Buffer weight, Function<GpuF32, T> call) {
    if (weight instanceof GpuHalf half) {
      GpuF32 wide = gpu.allocate(half.length());
      try {
        HalfWeights.widen(wide, half);
        return call.apply(wide);
      } finally {
        gpu.free(wide);
      }
    }
    return call.apply(GpuF32.of(weight));
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
