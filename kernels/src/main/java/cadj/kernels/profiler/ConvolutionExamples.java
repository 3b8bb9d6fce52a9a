package cadj.kernels.profiler;

import static cadj.kernels.profiler.Example.kernel;
import static cadj.kernels.profiler.Example.size;

import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Precision;
import java.util.List;

/// Convolution kernels, 3 × 3 with padding 1.
final class ConvolutionExamples {
  private static final Precision TF32 = Precision.DEFAULT;

  static final List<Example> ALL =
      List.of(
          images("convolution", 64, 4, 640)
              .launches(
                  kernel("conv2d_pack_across_f32", "weights for products, by output channels"),
                  kernel("conv2d_image_128", "y by implicit products, 128 pixels × 128 channels"))
              .by(ConvolutionExamples::forward),
          images("small convolution", 8, 128, 64)
              .launches(
                  kernel("conv2d_image_64", "y by implicit products, 64 pixels × 64 channels"),
                  kernel("conv2d_add_whole", "y = slices, bias, …, 16 bytes at a time"))
              .by(ConvolutionExamples::forward),
          images("convolution to few channels", 8, 128, 3)
              .launches(kernel("conv2d_add", "y = slices, bias, …, whatever the channels"))
              .by(ConvolutionExamples::forward),
          images("convolution backward to images", 16, 64, 64)
              .launches(kernel("conv2d_pack_along_f32", "weights for products, by input channels"))
              .by(ConvolutionExamples::backwardData),
          images("convolution backward to weights", 8, 256, 1280)
              .launches(kernel("conv2d_weight_128", "dweight by implicit products, 128 × 128"))
              .by(ConvolutionExamples::backwardWeight),
          images("small convolution backward to weights", 16, 16, 16)
              .launches(
                  kernel("conv2d_weight_64", "dweight by implicit products, 64 × 64"),
                  kernel("conv2d_sum", "dweight = slices that were multiplied apart"))
              .by(ConvolutionExamples::backwardWeight),
          images("convolution, TF32", 64, 4, 640)
              .with(TF32)
              .launches(kernel("conv2d_image_tf32_128", "y on tensor cores, TF32, 128 × 128"))
              .by(ConvolutionExamples::forward),
          images("small convolution, TF32", 8, 128, 64)
              .with(TF32)
              .launches(kernel("conv2d_image_tf32_64", "y on tensor cores, TF32, 64 × 64"))
              .by(ConvolutionExamples::forward),
          images("convolution backward to weights, TF32", 8, 256, 1280)
              .with(TF32)
              .launches(
                  kernel("conv2d_weight_tf32_128", "dweight on tensor cores, TF32, 128 × 128"))
              .by(ConvolutionExamples::backwardWeight),
          images("small convolution backward to weights, TF32", 16, 16, 16)
              .with(TF32)
              .launches(kernel("conv2d_weight_tf32_64", "dweight on tensor cores, TF32, 64 × 64"))
              .by(ConvolutionExamples::backwardWeight),
          images("convolution by F16 weights", 8, 64, 64)
              .launches(kernel("conv2d_pack_across_f16", "F16 weights, by output channels"))
              .by((in, gpu, s) -> forward(in, gpu, s, in.halves(DType.F16, s[4], s[3], 3, 3))),
          images("convolution by BF16 weights", 8, 64, 64)
              .launches(kernel("conv2d_pack_across_bf16", "BF16 weights, by output channels"))
              .by((in, gpu, s) -> forward(in, gpu, s, in.halves(DType.BF16, s[4], s[3], 3, 3))),
          images("convolution by F16 weights, TF32", 8, 64, 64)
              .with(TF32)
              .launches(kernel("conv2d_pack_along_f16", "F16 weights, by input channels"))
              .by((in, gpu, s) -> forward(in, gpu, s, in.halves(DType.F16, s[4], s[3], 3, 3))),
          images("convolution by BF16 weights, TF32", 8, 64, 64)
              .with(TF32)
              .launches(kernel("conv2d_pack_along_bf16", "BF16 weights, by input channels"))
              .by((in, gpu, s) -> forward(in, gpu, s, in.halves(DType.BF16, s[4], s[3], 3, 3))));

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
    forward(in, gpu, s, weight(in, s));
  }

  private static void forward(ExampleInputs in, Gpu gpu, int[] s, Buffer weight) {
    GpuF32 x = in.random(s[0], s[1], s[2], s[3]);
    GpuF32 y = in.empty(s[0], s[1], s[2], s[4]);
    Conv2dAddends addends =
        new Conv2dAddends(
            in.random(s[4]), in.random(s[0], s[4]), in.random(s[0], s[1], s[2], s[4]));
    Conv2dKernel.on(gpu, x).forward(shape(s), y, x, weight, addends);
  }

  private static void backwardData(ExampleInputs in, Gpu gpu, int[] s) {
    GpuF32 dy = in.random(s[0], s[1], s[2], s[4]);
    Conv2dKernel.on(gpu, dy)
        .backwardData(shape(s), in.empty(s[0], s[1], s[2], s[3]), dy, weight(in, s));
  }

  private static void backwardWeight(ExampleInputs in, Gpu gpu, int[] s) {
    GpuF32 x = in.random(s[0], s[1], s[2], s[3]);
    Conv2dKernel.on(gpu, x)
        .backwardWeight(shape(s), in.empty(s[4], s[3], 3, 3), in.random(s[0], s[1], s[2], s[4]), x);
  }
}
