package cadj.kernels.upsample;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;

/// Nearest-neighbour resizing of channels-last images: output pixel (i,j) copies input pixel
/// (⌊i·H/Ho⌋, ⌊j·W/Wo⌋).
///
/// x [N,H,W,C] → y [N,Ho,Wo,C].
///
/// This is PyTorch's `nearest`, except that PyTorch rounds H/Ho to single precision, which at some
/// ratios, such as 2 to 82, falls one pixel short. Doubling is exact in both.
public sealed interface UpsampleNearestKernel
    permits UpsampleNearestReference, UpsampleNearestVector, UpsampleNearestCuda {
  void forward(Buffer y, Buffer x, int n, int c, int h, int w, int ho, int wo);

  /// dx = Σ of dy over the output pixels that copied it; overwrites dx.
  void backward(Buffer dx, Buffer dy, int n, int c, int h, int w, int ho, int wo);

  /// The twin for `device` and the element type of `like`.
  static UpsampleNearestKernel on(Device device, Buffer like) {
    return device.twin(
        like, UpsampleNearestVector::new, UpsampleNearestCuda::new, UpsampleNearestReference::new);
  }
}
