package cadj.kernels.conv;

import static java.lang.Math.ceilDiv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.device.WeightCopy;
import cadj.kernels.record.Recording;
import java.util.ArrayList;
import java.util.List;

/// By the device's library where it does them ([LibraryConvolution]), else as implicit matrix
/// products: on tensor cores (`conv_image_mma.ptx`, `conv_weight_mma.ptx`) where they are and
/// factors may be rounded to TF32, in single precision elsewhere (`conv_image.ptx`,
/// `conv_weight.ptx`); with `conv_pack.ptx` before and `conv.ptx` after them.
final class Conv2dCuda implements Conv2dKernel {
  private static final PtxSource SOURCE = PtxSource.beside(Conv2dCuda.class, "conv.ptx");
  private static final int BLOCK = 256;

  private final Gpu gpu;
  private final LibraryConvolution library;
  private final ProductTiles.Choice choice;
  private final boolean tf32;

  Conv2dCuda(Gpu gpu) {
    this(gpu, ProductTiles::best);
  }

  Conv2dCuda(Gpu gpu, ProductTiles.Choice choice) {
    this.gpu = gpu;
    this.library = new LibraryConvolution(gpu);
    this.choice = choice;
    this.tf32 = gpu.precision().convTf32() && gpu.hasTensorCores();
  }

  /// What the library does not add is added afterwards, together.
  @Override
  public void forward(Conv2dShape s, Buffer y, Buffer x, Buffer weight, Conv2dAddends addends) {
    Conv2dAddends left = library.forward(s, y, x, weight, addends);
    if (left == null) {
      try (WeightCopy packed = PackedWeight.forward(s, tf32).of(gpu, weight)) {
        run(List.of(ImageProduct.forward(s)), s.ho() * s.wo(), y, x, packed.buffer(), addends);
      }
    } else if (!left.equals(Conv2dAddends.NONE)) {
      add(y, y, 1, s.co(), s.ho() * s.wo(), left);
    }
  }

  /// dx is dy convolved, its taps turned round.
  ///
  /// With a stride, input pixels fall into strideH·strideW phases that meet different taps; each
  /// phase is a product of its own.
  @Override
  public void backwardData(Conv2dShape s, Buffer dx, Buffer dy, Buffer weight) {
    if (library.backwardData(s, dx, dy, weight)) {
      return;
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
    (y.equals(parts) ? launch.inOut(y) : launch.out(y))
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
    if (library.backwardWeight(s, dweight, dy, x)) {
      return;
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
}
