package cadj.kernels.device;

import org.jspecify.annotations.Nullable;

/// Convolutions as a library does them: cuDNN, or what stands in for it on the emulated device.
///
/// Images [N,H,W,C], weights [Co,Ci/groups,kh,kw] (PyTorch's order), all single precision. Each
/// method overwrites its first buffer, with factors rounded to TF32 if that is allowed.
public interface Dnn extends AutoCloseable {
  /// @param bias [Co], added to every pixel, or null
  /// @param residual shaped like y, which it does not overlap, added to it, or null
  /// @return what of it is done; without addends, all or nothing
  Done forward(
      Sizes sizes,
      GpuF32 y,
      GpuF32 x,
      GpuF32 weight,
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual,
      boolean tf32);

  /// @return whether it is done
  boolean backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32);

  /// @return whether it is done
  boolean backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32);

  @Override
  default void close() {}

  /// Sizes of a convolution whose padding is the same on opposite sides.
  record Sizes(
      int n,
      int ci,
      int h,
      int w,
      int co,
      int kh,
      int kw,
      int strideH,
      int strideW,
      int padH,
      int padW,
      int groups) {
    public int ho() {
      return (h + 2 * padH - kh) / strideH + 1;
    }

    public int wo() {
      return (w + 2 * padW - kw) / strideW + 1;
    }
  }
}
