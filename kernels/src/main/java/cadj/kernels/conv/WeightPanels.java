package cadj.kernels.conv;

import cadj.kernels.device.F32;
import cadj.kernels.device.ThreadScratch;
import cadj.kernels.gemm.PackedProduct;
import cadj.kernels.transpose.Transpose;
import java.util.Arrays;

/// One group's weights [Co,Ci,kh·kw] as the right operand of a convolution's product.
///
/// @param taps the taps in use, which name their weights
/// @param columns numbering of the product's terms
record WeightPanels(Conv2dShape s, F32 weight, int group, Taps taps, Columns columns) {
  private static final int WIDTH = PackedProduct.WIDTH;

  /// See [PanelTaps].
  private static final ThreadScratch TURNED = new ThreadScratch();

  /// Terms are taps·Ci, columns Co.
  void packForward(float[] to, int at, int column, int width, int from, int terms) {
    int all = s.kh() * s.kw();
    int pitch = s.ci() / s.groups() * all;
    int rows = weight.offset() + outputChannel(column) * pitch;
    if (all == 1) {
      Transpose.run(weight.array(), rows + from, pitch, width, terms, to, at, WIDTH);
      return;
    }
    Columns.Run[] runs = columns.runs(from, terms);
    int first = first(runs);
    int count = end(runs) - first;
    float[] turned = TURNED.atLeast(count * all * WIDTH);
    PanelTaps.ofRows(weight.array(), rows + first * all, pitch, width, count, all, turned, 0);
    pick(runs, first, turned, to, at, width);
  }

  /// Terms are taps·Co, columns Ci.
  void packBackward(float[] to, int at, int column, int width, int from, int terms) {
    int all = s.kh() * s.kw();
    int pitch = s.ci() / s.groups() * all;
    Columns.Run[] runs = columns.runs(from, terms);
    int first = first(runs);
    int rows = weight.offset() + outputChannel(first) * pitch + column * all;
    int count = end(runs) - first;
    if (all == 1) {
      for (int r = 0; r < count; r++) {
        System.arraycopy(weight.array(), rows + r * pitch, to, at + r * WIDTH, width);
      }
      return;
    }
    float[] turned = TURNED.atLeast(count * all * WIDTH);
    PanelTaps.ofColumns(weight.array(), rows, pitch, width, count, all, turned, 0);
    pick(runs, first, turned, to, at, width);
  }

  /// The runs' terms out of [channel from `first` on][tap][WIDTH].
  private void pick(Columns.Run[] runs, int first, float[] turned, float[] to, int at, int width) {
    int all = s.kh() * s.kw();
    for (Columns.Run run : runs) {
      int source = ((run.channel() - first) * all + taps.weight()[run.tap()]) * WIDTH;
      for (int c = 0; c < run.length(); c++) {
        int target = at + (run.at() + c) * WIDTH;
        System.arraycopy(turned, source + c * all * WIDTH, to, target, width);
      }
    }
  }

  private static int first(Columns.Run[] runs) {
    return Arrays.stream(runs).mapToInt(Columns.Run::channel).min().orElse(0);
  }

  private static int end(Columns.Run[] runs) {
    return Arrays.stream(runs).mapToInt(run -> run.channel() + run.length()).max().orElse(0);
  }

  /// The group's output channel number `channel`, among all.
  private int outputChannel(int channel) {
    return group * (s.co() / s.groups()) + channel;
  }
}
