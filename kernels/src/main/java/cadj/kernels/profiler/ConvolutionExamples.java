package cadj.kernels.profiler;

import static cadj.kernels.profiler.Example.kernel;
import static cadj.kernels.profiler.Example.size;

import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import java.util.List;

/// Convolution kernels, 3 × 3 with padding 1.
final class ConvolutionExamples {
  static final List<Example> ALL =
      List.of(
          images("convolution", 64, 4, 640)
              .launches(
                  kernel(
                      "conv2d_pack_forward", "weights in the order in which a product reads them"),
                  kernel("conv2d_image_128", "y by implicit products, 128 pixels × 128 channels"))
              .by(ConvolutionExamples::forward),
          images("small convolution", 8, 128, 64)
              .launches(
                  kernel("conv2d_image_64", "y by implicit products, 64 pixels × 64 channels"),
                  kernel("conv2d_sum", "sums of slices that were multiplied apart"))
              .by(ConvolutionExamples::forward),
          images("convolution backward to images", 16, 64, 64)
              .launches(
                  kernel("conv2d_pack_backward", "weights with their taps turned round, packed"))
              .by(
                  (in, gpu, s) -> {
                    Conv2dShape shape = shape(s);
                    GpuF32 dy = in.random(s[0], s[1], s[2], s[4]);
                    Conv2dKernel.on(gpu, dy)
                        .backwardData(shape, in.empty(s[0], s[1], s[2], s[3]), dy, weight(in, s));
                  }),
          images("convolution backward to weights", 8, 256, 1280)
              .launches(kernel("conv2d_weight_128", "dweight by implicit products, 128 × 128"))
              .by(ConvolutionExamples::backwardWeight),
          images("small convolution backward to weights", 16, 16, 16)
              .launches(kernel("conv2d_weight_64", "dweight by implicit products, 64 × 64"))
              .by(ConvolutionExamples::backwardWeight),
          images("bias of a library's convolution", 16, 4, 64)
              .with(new OnlyBias())
              .launches(kernel("conv2d_add_bias_whole", "y += bias, 16 bytes at a time"))
              .by(ConvolutionExamples::forward),
          images("bias of a library's convolution to few channels", 16, 4, 3)
              .with(new OnlyBias())
              .launches(kernel("conv2d_add_bias", "y += bias, whatever the number of channels"))
              .by(ConvolutionExamples::forward));

  private ConvolutionExamples() {}

  private static Example.Start images(String name, int side, int ci, int co) {
    return Example.of(
        name, size("n", 1), size("h", side), size("w", side), size("ci", ci), size("co", co));
  }

  private static Conv2dShape shape(int[] s) {
    return new Conv2dShape(s[0], s[3], s[1], s[2], s[4], 3, 3, 1, 1, 1, 1, 1, 1, 1);
  }

  private static GpuF32 weight(ExampleInputs in, int[] s) {
    return in.random(s[4], s[3], 3, 3);
  }

  private static void forward(ExampleInputs in, Gpu gpu, int[] s) {
    GpuF32 x = in.random(s[0], s[1], s[2], s[3]);
    Conv2dKernel.on(gpu, x)
        .forward(
            shape(s),
            in.random(s[0], s[1], s[2], s[4]),
            x,
            weight(in, s),
            Conv2dAddends.bias(in.random(s[4])));
  }

  private static void backwardWeight(ExampleInputs in, Gpu gpu, int[] s) {
    GpuF32 x = in.random(s[0], s[1], s[2], s[3]);
    Conv2dKernel.on(gpu, x)
        .backwardWeight(shape(s), in.empty(s[4], s[3], 3, 3), in.random(s[0], s[1], s[2], s[4]), x);
  }

  /// A library that convolves nothing: of its result only what comes after is looked at.
  private static final class OnlyBias implements Dnn {
    @Override
    public void forward(Sizes sizes, GpuF32 y, GpuF32 x, GpuF32 weight, boolean tf32) {}

    @Override
    public void backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {}

    @Override
    public void backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {}
  }
}
