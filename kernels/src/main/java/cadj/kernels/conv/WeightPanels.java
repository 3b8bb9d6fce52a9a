package cadj.kernels.conv;

import cadj.kernels.device.F32;
import cadj.kernels.gemm.PackedProduct;
import cadj.kernels.transpose.Transpose;

/// One group's weights [Co,Ci,kh·kw] as the right operand of a convolution's product.
///
/// @param taps the taps in use, which name their weights
/// @param columns numbering of the product's terms
record WeightPanels(Conv2dShape s, F32 weight, int group, Taps taps, Columns columns) {
  /// Terms are taps·Ci, columns Co.
  void packForward(float[] to, int at, int column, int width, int from, int terms) {
    int all = s.kh() * s.kw();
    int ci = s.ci() / s.groups();
    int pitch = ci * all;
    int firstColumn = outputChannel(column) * pitch;
    for (Columns.Run run : columns.runs(from, terms)) {
      int source = weight.offset() + firstColumn + run.channel() * all + taps.weight()[run.tap()];
      int target = at + run.at() * PackedProduct.WIDTH;
      if (all == 1) {
        Transpose.run(
            weight.array(), source, pitch, width, run.length(), to, target, PackedProduct.WIDTH);
        continue;
      }
      int j = 0;
      for (; j <= width - 4; j += 4) {
        fourColumns(weight.array(), source + j * pitch, pitch, all, run.length(), to, target + j);
      }
      for (; j < width; j++) {
        for (int c = 0; c < run.length(); c++) {
          to[target + c * PackedProduct.WIDTH + j] = weight.array()[source + j * pitch + c * all];
        }
      }
    }
  }

  private static void fourColumns(
      float[] from, int at, int pitch, int step, int length, float[] to, int toAt) {
    int second = at + pitch;
    int third = second + pitch;
    int fourth = third + pitch;
    for (int c = 0; c < length; c++) {
      int out = toAt + c * PackedProduct.WIDTH;
      to[out] = from[at + c * step];
      to[out + 1] = from[second + c * step];
      to[out + 2] = from[third + c * step];
      to[out + 3] = from[fourth + c * step];
    }
  }

  /// Terms are taps·Co, columns Ci.
  void packBackward(float[] to, int at, int column, int width, int from, int terms) {
    int all = s.kh() * s.kw();
    int ci = s.ci() / s.groups();
    for (Columns.Run run : columns.runs(from, terms)) {
      for (int r = 0; r < run.length(); r++) {
        int source =
            weight.offset()
                + (outputChannel(run.channel() + r) * ci + column) * all
                + taps.weight()[run.tap()];
        int target = at + (run.at() + r) * PackedProduct.WIDTH;
        if (all == 1) {
          System.arraycopy(weight.array(), source, to, target, width);
          continue;
        }
        for (int j = 0; j < width; j++) {
          to[target + j] = weight.array()[source + j * all];
        }
      }
    }
  }

  /// The group's output channel number `channel`, among all.
  private int outputChannel(int channel) {
    return group * (s.co() / s.groups()) + channel;
  }
}
