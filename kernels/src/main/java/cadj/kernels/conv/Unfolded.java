package cadj.kernels.conv;

import cadj.kernels.gemm.PackedProduct;
import java.util.Arrays;

/// im2col without storing it: an image seen as the matrix [pixels of another image, taps·channels]
/// that a convolution multiplies, without ever being stored as such.
///
/// Row (n,i,j) holds, for each of the [Taps], the channels of the pixel it meets, or zeros outside
/// the image. With channels last these are runs of memory, so gathering is copying runs.
///
/// @param image the array, the first pixel's first channel at `at`, the next pixel's at `pitch`
/// @param h height and width of this image
/// @param rowsH height and width of the other image, whose pixels are the rows
/// @param strideH steps of the taps from row to row of the other image
record Unfolded(
    float[] image,
    int at,
    int pitch,
    int h,
    int w,
    int rowsH,
    int rowsW,
    int strideH,
    int strideW,
    Taps taps,
    Columns columns) {
  /// Shorter runs are copied by a loop.
  private static final int SHORT = 12;

  /// The input, as outputs see it; channels from `first` on.
  static Unfolded input(Conv2dShape s, float[] x, int at, int first, Taps taps, Columns columns) {
    return new Unfolded(
        x,
        at + first,
        s.ci(),
        s.h(),
        s.w(),
        s.ho(),
        s.wo(),
        s.strideH(),
        s.strideW(),
        taps,
        columns);
  }

  /// The output, as `rowsH`·`rowsW` inputs of one phase see it; channels from `first` on.
  static Unfolded output(
      Conv2dShape s,
      float[] dy,
      int at,
      int first,
      int rowsH,
      int rowsW,
      Taps taps,
      Columns columns) {
    return new Unfolded(dy, at + first, s.co(), s.ho(), s.wo(), rowsH, rowsW, 1, 1, taps, columns);
  }

  /// Packs as the left operand.
  void packRows(float[] to, int toAt, int top, int bottom, int from, int terms) {
    gather(top, bottom, from, terms, to, toAt, PackedProduct.PITCH);
  }

  /// Packs as the right operand.
  void packPanel(float[] to, int toAt, int column, int width, int from, int terms) {
    gather(from, from + terms, column, width, to, toAt, PackedProduct.WIDTH);
  }

  private void gather(int top, int bottom, int from, int count, float[] to, int toAt, int toPitch) {
    Columns.Run[] runs = columns.runs(from, count);
    int j = top % rowsW;
    int i = top / rowsW % rowsH;
    int n = top / (rowsW * rowsH);
    for (int row = top; row < bottom; row++) {
      int out = toAt + (row - top) * toPitch;
      for (Columns.Run run : runs) {
        int y = i * strideH + taps.dy()[run.tap()];
        int x = j * strideW + taps.dx()[run.tap()];
        if (y >= 0 && y < h && x >= 0 && x < w) {
          int source = at + ((n * h + y) * w + x) * pitch + run.channel();
          copy(image, source, to, out + run.at(), run.length());
        } else {
          Arrays.fill(to, out + run.at(), out + run.at() + run.length(), 0f);
        }
      }
      if (++j == rowsW) {
        j = 0;
        if (++i == rowsH) {
          i = 0;
          n++;
        }
      }
    }
  }

  private static void copy(float[] from, int at, float[] to, int toAt, int length) {
    if (length < SHORT) {
      for (int i = 0; i < length; i++) {
        to[toAt + i] = from[at + i];
      }
    } else {
      System.arraycopy(from, at, to, toAt, length);
    }
  }
}
