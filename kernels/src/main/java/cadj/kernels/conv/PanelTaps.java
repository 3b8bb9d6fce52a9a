package cadj.kernels.conv;

import cadj.kernels.gemm.PackedProduct;
import cadj.kernels.transpose.ReadAhead;
import cadj.kernels.transpose.Transpose;

/// Kernels of a panel of channels, turned so that the panel's channels lie side by side: [other
/// channel][tap][WIDTH].
///
/// A weight is stored [Co,Ci,taps]: going forward, the panel's channels are rows of it, going
/// backward they are columns.
final class PanelTaps {
  private static final int WIDTH = PackedProduct.WIDTH;
  private static final int LANES = WIDTH / 2;

  private PanelTaps() {}

  /// `width` rows of the weight at `at`, `pitch` apart, and `count` columns of each.
  static void ofRows(
      float[] weight, int at, int pitch, int width, int count, int taps, float[] to, int toAt) {
    Transpose.run(weight, at, pitch, width, count * taps, to, toAt, WIDTH);
  }

  /// `width` columns of the weight at `at`, in `count` rows `pitch` apart.
  static void ofColumns(
      float[] weight, int at, int pitch, int width, int count, int taps, float[] to, int toAt) {
    ReadAhead.rows(weight, at, pitch, count, width * taps, to, toAt);
    int turned = 0;
    if (taps == 9) {
      TapLoops.turn(weight, at, pitch, width / LANES, count, to, toAt, WIDTH, taps * WIDTH);
      turned = width / LANES * LANES;
    }
    for (int i = 0; i < count && turned < width; i++) {
      int from = at + i * pitch + turned * taps;
      int out = toAt + i * taps * WIDTH + turned;
      Transpose.run(weight, from, taps, width - turned, taps, to, out, WIDTH);
    }
  }
}
