package cadj.kernels.conv;

import cadj.kernels.device.F32;
import cadj.kernels.device.ThreadScratch;
import cadj.kernels.gemm.PackedProduct;

/// What a thread needs for itself to convolve by [Winograd] tiles, or to find the gradient of the
/// weights.
///
/// @param u transformed weights of a chain of inputs, or their gradients: [element][input][WIDTH],
///   elements [#U_PITCH] apart
/// @param products of tiles and a panel of outputs, or a panel's gradients, output by output
/// @param taps weights of a chain, [input][tap][WIDTH], or their gradients
/// @param tile pixels of a tile before or after its transform
/// @param lines tiles transformed one way
record WinogradScratch(float[] u, float[] products, float[] taps, float[] tile, float[] lines) {
  /// Rows of products: with 16 lanes a panel of them fills half the second cache.
  static final int PRODUCTS = 128 * Winograd.MAX_ELEMENTS;

  /// Distance of the elements of U.
  static final int U_PITCH = WinogradPixels.CHAIN * PackedProduct.WIDTH + WinogradPixels.GAP;

  /// Where U and taps begin: at a cache line, else each store of a vector is two.
  static final int FIRST = F32.AHEAD;

  /// What the calling thread's tasks read in common.
  static final ThreadScratch SHARED = new ThreadScratch();

  private static final ThreadLocal<WinogradScratch> OWN =
      ThreadLocal.withInitial(WinogradScratch::new);

  private WinogradScratch() {
    this(
        new float[FIRST + Winograd.MAX_ELEMENTS * U_PITCH],
        new float[PRODUCTS * PackedProduct.WIDTH + Winograd.MAX_ELEMENTS * WinogradPixels.GAP],
        new float[FIRST + 9 * WinogradPixels.CHAIN * PackedProduct.WIDTH],
        new float[Winograd.MAX_ELEMENTS * Math.max(WinogradPixels.CHAIN, PackedProduct.WIDTH)],
        new float[Winograd.SCRATCH]);
  }

  static WinogradScratch get() {
    return OWN.get();
  }
}
