package cadj.kernels.profiler;

import static cadj.kernels.profiler.Example.kernel;
import static cadj.kernels.profiler.Example.size;

import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.I64;
import cadj.kernels.groupnorm.GroupNormKernel;
import cadj.kernels.groupnorm.GroupNormShape;
import cadj.kernels.layernorm.LayerNormKernel;
import cadj.kernels.pool.Pool2dKernel;
import cadj.kernels.pool.Pool2dShape;
import cadj.kernels.rmsnorm.RmsNormKernel;
import cadj.kernels.softmax.SoftmaxKernel;
import cadj.kernels.sum.SumKernel;
import java.util.List;

/// Reductions: sums, softmax, norms, losses.
final class ReductionExamples {
  private static final float EPS = 1e-5f;

  static final List<Example> ALL =
      List.of(
          Example.of("sum along rows", size("rows", 256), size("n", 1280))
              .launches(kernel("sum_rows", "sums of rows, or of their parts: y = Σ x"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s[0], s[1]);
                    SumKernel.on(gpu, x).sum(in.empty(s[0]), x, s[0], s[1], 1);
                  }),
          Example.of("sum along columns", size("outer", 4), size("n", 256), size("inner", 320))
              .launches(kernel("sum_columns", "sums of columns, or of their parts: y = Σ x"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s[0], s[1], s[2]);
                    SumKernel.on(gpu, x).sum(in.empty(s[0], s[2]), x, s[0], s[1], s[2]);
                  }),
          Example.of("softmax", size("rows", 256), size("width", 1024))
              .launches(kernel("softmax_forward", "softmax and log-softmax of rows, in one trip"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    SoftmaxKernel.on(gpu, x).forward(in.empty(s), x, s[0], s[1]);
                  }),
          Example.of("softmax backward", size("rows", 256), size("width", 1024))
              .launches(kernel("softmax_backward", "dx = y·(dy − Σ dy·y), and of log-softmax"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 y = in.between(0, 1, s);
                    SoftmaxKernel.on(gpu, y).backward(in.empty(s), in.random(s), y, s[0], s[1]);
                  }),
          Example.of("layer normalisation", size("rows", 256), size("width", 768))
              .launches(kernel("layernorm_forward", "y = x̂·weight + bias, x̂ = (x − mean)·rstd"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    LayerNormKernel.on(gpu, x)
                        .forward(
                            in.empty(s),
                            in.empty(s[0]),
                            in.empty(s[0]),
                            x,
                            in.random(s[1]),
                            in.random(s[1]),
                            s[0],
                            s[1],
                            EPS);
                  }),
          Example.of("layer normalisation backward", size("rows", 256), size("width", 768))
              .launches(
                  kernel("layernorm_backward", "dx = rstd·(g − mean(g) − x̂·mean(g·x̂))"),
                  kernel("layernorm_backward_parameters", "dweight = Σ dy·x̂, dbias = Σ dy"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    LayerNormKernel.on(gpu, x)
                        .backward(
                            in.empty(s),
                            in.empty(s[1]),
                            in.empty(s[1]),
                            in.random(s),
                            in.random(s[0]),
                            in.between(1, 2, s[0]),
                            x,
                            in.random(s[1]),
                            s[0],
                            s[1]);
                  }),
          Example.of("RMS normalisation", size("rows", 1024), size("width", 64))
              .launches(kernel("rmsnorm_forward", "y = x·rstd·weight, rstd = 1/√(mean(x²) + eps)"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    RmsNormKernel.on(gpu, x)
                        .forward(in.empty(s), in.empty(s[0]), x, in.random(s[1]), s[0], s[1], EPS);
                  }),
          Example.of("RMS normalisation backward", size("rows", 1024), size("width", 64))
              .launches(
                  kernel("rmsnorm_backward", "dx = rstd·(g − x̂·mean(g·x̂)), g = dy·weight"),
                  kernel("rmsnorm_backward_weight", "dweight = Σ dy·x̂"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    RmsNormKernel.on(gpu, x)
                        .backward(
                            in.empty(s),
                            in.empty(s[1]),
                            in.random(s),
                            in.between(1, 2, s[0]),
                            x,
                            in.random(s[1]),
                            s[0],
                            s[1]);
                  }),
          Example.of("group normalisation", size("n", 1), size("pixels", 4096), size("c", 320))
              .launches(
                  kernel("groupnorm_channel_statistics", "mean and variance of each channel"),
                  kernel(
                      "groupnorm_group_statistics",
                      "mean and rstd of each group, from its channels'"),
                  kernel("groupnorm_forward", "y = x̂·weight + bias, and SiLU of it"))
              .by(ReductionExamples::groupNorm),
          Example.of(
                  "group normalisation, whole groups",
                  size("n", 1),
                  size("pixels", 256),
                  size("c", 1280))
              .launches(
                  kernel(
                      "groupnorm_forward_group",
                      "a group's mean and rstd, y = x̂·weight + bias, and SiLU of it"))
              .by(ReductionExamples::groupNorm),
          Example.of(
                  "group normalisation backward",
                  size("n", 1),
                  size("pixels", 4096),
                  size("c", 320))
              .launches(
                  kernel("groupnorm_channel_gradients", "Σ dz and Σ dz·x̂ of each channel"),
                  kernel(
                      "groupnorm_group_gradients",
                      "mean of g and of g·x̂ by group, from its channels'"),
                  kernel("groupnorm_backward", "dx = rstd·(g − mean(g) − x̂·mean(g·x̂))"))
              .by((in, gpu, s) -> groupNormBackward(in, gpu, s, true)),
          Example.of(
                  "group normalisation backward, whole groups",
                  size("n", 1),
                  size("pixels", 256),
                  size("c", 1280))
              .launches(
                  kernel(
                      "groupnorm_backward_group",
                      "means by group, dx = rstd·(g − mean(g) − x̂·mean(g·x̂))"))
              .by((in, gpu, s) -> groupNormBackward(in, gpu, s, false)),
          pooling("average pooling")
              .launches(kernel("pool_average", "mean of a window"))
              .by(
                  (in, gpu, s) -> {
                    Pool2dShape shape = windows(s);
                    GpuF32 x = in.random(s);
                    Pool2dKernel.on(gpu, x).average(shape, in.empty(outputs(shape)), x);
                  }),
          pooling("average pooling backward")
              .launches(kernel("pool_average_backward", "each pixel's share of its windows' dy"))
              .by(
                  (in, gpu, s) -> {
                    Pool2dShape shape = windows(s);
                    GpuF32 dy = in.random(outputs(shape));
                    Pool2dKernel.on(gpu, dy).averageBackward(shape, in.empty(s), dy);
                  }),
          pooling("max pooling and backward")
              .launches(
                  kernel("pool_max", "largest value of a window, and where it was"),
                  kernel("pool_max_backward", "dy to the pixels that were largest"))
              .by(
                  (in, gpu, s) -> {
                    Pool2dShape shape = windows(s);
                    GpuF32 x = in.random(s);
                    GpuF32 y = in.empty(outputs(shape));
                    I64 index = I64.of(new long[y.length()]);
                    Pool2dKernel kernel = Pool2dKernel.on(gpu, x);
                    kernel.max(shape, y, index, x);
                    kernel.maxBackward(shape, in.empty(s), in.random(outputs(shape)), index);
                  }));

  private ReductionExamples() {}

  private static void groupNorm(ExampleInputs in, Gpu gpu, int... s) {
    GroupNormShape shape = groups(s);
    GpuF32 x = in.random(s);
    GroupNormKernel.on(gpu, x)
        .forward(
            shape,
            in.empty(s),
            in.empty(s[0], shape.groups()),
            in.empty(s[0], shape.groups()),
            x,
            in.random(s[2]),
            in.random(s[2]));
  }

  private static void groupNormBackward(ExampleInputs in, Gpu gpu, int[] s, boolean parameters) {
    GroupNormShape shape = groups(s);
    GpuF32 x = in.random(s);
    GroupNormKernel.on(gpu, x)
        .backward(
            shape,
            in.empty(s),
            parameters ? in.empty(s[2]) : null,
            parameters ? in.empty(s[2]) : null,
            in.random(s),
            in.random(s[0], shape.groups()),
            in.between(1, 2, s[0], shape.groups()),
            x,
            in.random(s[2]),
            in.random(s[2]));
  }

  private static GroupNormShape groups(int[] s) {
    int groups = s[2] % 32 == 0 ? 32 : 1;
    return new GroupNormShape(s[0], s[1], s[2], groups, EPS, true);
  }

  private static Example.Start pooling(String name) {
    return Example.of(name, size("n", 1), size("h", 32), size("w", 32), size("c", 64));
  }

  private static Pool2dShape windows(int[] s) {
    return new Pool2dShape(s[0], s[3], s[1], s[2], 3, 2, 1);
  }

  private static int[] outputs(Pool2dShape shape) {
    return new int[] {shape.n(), shape.ho(), shape.wo(), shape.c()};
  }
}
