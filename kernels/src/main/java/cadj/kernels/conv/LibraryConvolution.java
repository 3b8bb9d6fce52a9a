package cadj.kernels.conv;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Done;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Convolutions by the device's library, where there is one that does them: padding must be the
/// same on opposite sides, and all buffers on the device.
final class LibraryConvolution {
  private final Gpu gpu;
  private final @Nullable Dnn library;

  LibraryConvolution(Gpu gpu) {
    this.gpu = gpu;
    this.library = gpu.dnn();
  }

  /// @return what is still to be added to y, or null if the library has not done it
  @Nullable Conv2dAddends forward(
      Conv2dShape s, Buffer y, Buffer x, Buffer weight, Conv2dAddends addends) {
    if (library == null
        || !isEven(s)
        || !(y instanceof GpuF32 out && x instanceof GpuF32 image && isOnGpu(weight))) {
      return null;
    }
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
                    out,
                    () -> library.forward(sizes(s), out, image, filter, bias, residual, tf32())));
    return switch (done) {
      case NOTHING -> null;
      case WITHOUT_ADDENDS -> addends;
      case ALL ->
          new Conv2dAddends(
              bias == null ? addends.bias() : null,
              addends.perImage(),
              residual == null ? addends.residual() : null);
    };
  }

  /// @return whether it is done
  boolean backwardData(Conv2dShape s, Buffer dx, Buffer dy, Buffer weight) {
    return library != null
        && isEven(s)
        && dx instanceof GpuF32 out
        && dy instanceof GpuF32 image
        && isOnGpu(weight)
        && withSingles(
            weight,
            filter ->
                gpu.call(
                    library,
                    "convolution, gradient of x",
                    s::sizes,
                    out,
                    () -> library.backwardData(sizes(s), out, image, filter, tf32())));
  }

  /// @return whether it is done
  boolean backwardWeight(Conv2dShape s, Buffer dweight, Buffer dy, Buffer x) {
    return library != null
        && isEven(s)
        && dweight instanceof GpuF32 out
        && dy instanceof GpuF32 gradient
        && x instanceof GpuF32 image
        && gpu.call(
            library,
            "convolution, gradient of weight",
            s::sizes,
            out,
            () -> library.backwardWeight(sizes(s), out, gradient, image, tf32()));
  }

  private static @Nullable GpuF32 onDevice(@Nullable Buffer buffer) {
    return buffer instanceof GpuF32 it ? it : null;
  }

  private static boolean isOnGpu(Buffer weight) {
    return weight instanceof GpuF32 || weight instanceof GpuHalf;
  }

  /// Calls the library, which knows no halves.
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

  private boolean tf32() {
    return gpu.precision().convTf32();
  }

  private static boolean isEven(Conv2dShape s) {
    return s.padTop() == s.padBottom() && s.padLeft() == s.padRight() && s.n() > 0;
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
