package cadj.kernels.device;

/// Convolutions as a library does them: cuDNN, or what stands in for it on the emulated device.
///
/// Images [N,H,W,C], weights [Co,Ci/groups,kh,kw] (PyTorch's order), all single precision. Each
/// method overwrites its first buffer.
public interface Dnn extends AutoCloseable {
  void forward(Sizes sizes, GpuF32 y, GpuF32 x, GpuF32 weight, MatmulPrecision precision);

  void backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, MatmulPrecision precision);

  void backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, MatmulPrecision precision);

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
