package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.gemm.PackedProduct;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Implicit matrix products: pixels are gathered tap by tap while a product packs its operands, and
/// no unfolded image is ever stored.
///
/// With channels last, a pixel's channels are one run of memory, so gathering is copying runs.
/// Columns of the unfolded image are numbered tap·channels + channel. One product per group.
final class Conv2dVector implements Conv2dKernel {
  private final Cpu cpu;

  Conv2dVector(Cpu cpu) {
    this.cpu = cpu;
  }

  /// y [pixels, Co] = unfolded x [pixels, taps·Ci] · weight [taps·Ci, Co]
  @Override
  public void forward(Conv2dShape s, Buffer y, Buffer x, Buffer weight, @Nullable Buffer bias) {
    F32 out = F32.of(y);
    F32 w = F32.of(weight);
    int ci = s.ci() / s.groups();
    int co = s.co() / s.groups();
    int taps = s.kh() * s.kw();
    if (out.length() == 0) {
      return;
    }
    for (int g = 0; g < s.groups(); g++) {
      F32 groupBias = bias == null ? null : F32.of(bias).slice(g * co, co);
      Unfolded unfolded = Unfolded.input(s, F32.of(x), g * ci, ci);
      int wAt = w.offset() + g * co * ci * taps;
      new PackedProduct(
              s.n() * s.ho() * s.wo(),
              co,
              taps * ci,
              0,
              out.array(),
              out.offset() + g * co,
              s.co(),
              groupBias)
          .run(
              cpu,
              unfolded::packRows,
              (to, at, pitch, column, width, from, depth) -> {
                for (int p = 0; p < depth; p++) {
                  int row = from + p;
                  int source = wAt + column * ci * taps + row % ci * taps + row / ci;
                  for (int j = 0; j < width; j++) {
                    to[at + p * pitch + j] = w.array()[source + j * ci * taps];
                  }
                }
              });
    }
  }

  /// dx [pixels, Ci] = unfolded dy [pixels, taps·Co] · weight [taps·Co, Ci], a convolution with the
  /// taps reversed.
  @Override
  public void backwardData(Conv2dShape s, Buffer dx, Buffer dy, Buffer weight) {
    F32 out = F32.of(dx);
    F32 w = F32.of(weight);
    int ci = s.ci() / s.groups();
    int co = s.co() / s.groups();
    int taps = s.kh() * s.kw();
    if (out.length() == 0) {
      return;
    }
    for (int g = 0; g < s.groups(); g++) {
      Unfolded unfolded = Unfolded.output(s, F32.of(dy), g * co, co);
      int wAt = w.offset() + g * co * ci * taps;
      new PackedProduct(
              s.n() * s.h() * s.w(),
              ci,
              taps * co,
              0,
              out.array(),
              out.offset() + g * ci,
              s.ci(),
              null)
          .run(
              cpu,
              unfolded::packRows,
              (to, at, pitch, column, width, from, depth) -> {
                for (int p = 0; p < depth; p++) {
                  int row = from + p;
                  int source = wAt + (row % co * ci + column) * taps + row / co;
                  for (int j = 0; j < width; j++) {
                    to[at + p * pitch + j] = w.array()[source + j * taps];
                  }
                }
              });
    }
  }

  /// dweight [Co, taps·Ci] = dyᵀ [Co, pixels] · unfolded x [pixels, taps·Ci], then taps made
  /// innermost.
  @Override
  public void backwardWeight(Conv2dShape s, Buffer dweight, Buffer dy, Buffer x) {
    F32 out = F32.of(dweight);
    F32 grad = F32.of(dy);
    int ci = s.ci() / s.groups();
    int co = s.co() / s.groups();
    int taps = s.kh() * s.kw();
    float[] tapMajor = new float[co * taps * ci];
    for (int g = 0; g < s.groups(); g++) {
      Unfolded unfolded = Unfolded.input(s, F32.of(x), g * ci, ci);
      int dyAt = grad.offset() + g * co;
      new PackedProduct(co, taps * ci, s.n() * s.ho() * s.wo(), 0, tapMajor, 0, taps * ci, null)
          .run(
              cpu,
              (to, pitch, top, bottom, from, depth) -> {
                for (int p = 0; p < depth; p++) {
                  int source = dyAt + (from + p) * s.co();
                  for (int i = top; i < bottom; i++) {
                    to[(i - top) * pitch + p] = grad.array()[source + i];
                  }
                }
              },
              unfolded::packPanel);
      int outAt = out.offset() + g * co * ci * taps;
      cpu.parallelRange(
          co,
          Math.max(1, 4096 / (ci * taps)),
          (from, to) -> tapsInnermost(tapMajor, out.array(), outAt, from, to, ci, taps));
    }
  }

  private static void tapsInnermost(
      float[] tapMajor, float[] out, int outAt, int from, int to, int ci, int taps) {
    for (int row = from; row < to; row++) {
      for (int tap = 0; tap < taps; tap++) {
        int source = (row * taps + tap) * ci;
        int target = outAt + row * ci * taps + tap;
        for (int c = 0; c < ci; c++) {
          out[target + c * taps] = tapMajor[source + c];
        }
      }
    }
  }

  /// An image seen as the matrix [pixels of another image, taps·channels] that a convolution
  /// multiplies.
  ///
  /// Row (n,i,j), tap (kh,kw) is the pixel of this image that the tap meets there, or zeros
  /// outside.
  ///
  /// @param rowsH height and width of the other image
  /// @param transposed false if the other image is the output (forward), true if it is the input
  private record Unfolded(
      Conv2dShape s,
      float[] image,
      int at,
      int pixelPitch,
      int channels,
      int h,
      int w,
      int rowsH,
      int rowsW,
      boolean transposed) {
    /// The input, as outputs see it.
    static Unfolded input(Conv2dShape s, F32 x, int firstChannel, int channels) {
      return new Unfolded(
          s,
          x.array(),
          x.offset() + firstChannel,
          s.ci(),
          channels,
          s.h(),
          s.w(),
          s.ho(),
          s.wo(),
          false);
    }

    /// The output, as inputs see it.
    static Unfolded output(Conv2dShape s, F32 dy, int firstChannel, int channels) {
      return new Unfolded(
          s,
          dy.array(),
          dy.offset() + firstChannel,
          s.co(),
          channels,
          s.ho(),
          s.wo(),
          s.h(),
          s.w(),
          true);
    }

    /// Where the pixel that `tap` meets at `row` begins, or -1 outside the image.
    private int pixel(int row, int tap) {
      int j = row % rowsW;
      int i = row / rowsW % rowsH;
      int n = row / (rowsW * rowsH);
      int kh = tap / s.kw();
      int kw = tap % s.kw();
      int y;
      int x;
      if (transposed) {
        y = i + s.padTop() - kh;
        x = j + s.padLeft() - kw;
        if (y % s.strideH() != 0 || x % s.strideW() != 0) {
          return -1;
        }
        y /= s.strideH();
        x /= s.strideW();
      } else {
        y = i * s.strideH() - s.padTop() + kh;
        x = j * s.strideW() - s.padLeft() + kw;
      }
      boolean inside = y >= 0 && y < h && x >= 0 && x < w;
      return inside ? at + ((n * h + y) * w + x) * pixelPitch : -1;
    }

    void packRows(float[] to, int pitch, int top, int bottom, int from, int depth) {
      for (int row = top; row < bottom; row++) {
        gather(row, from, depth, to, (row - top) * pitch);
      }
    }

    void packPanel(float[] to, int at, int pitch, int column, int width, int from, int depth) {
      for (int p = 0; p < depth; p++) {
        gather(from + p, column, width, to, at + p * pitch);
      }
    }

    /// Columns `from` … `from + count − 1` of one row.
    private void gather(int row, int from, int count, float[] to, int toAt) {
      int column = from;
      int end = from + count;
      while (column < end) {
        int tap = column / channels;
        int channel = column % channels;
        int run = Math.min(channels - channel, end - column);
        int target = toAt + column - from;
        int source = pixel(row, tap);
        if (source < 0) {
          Arrays.fill(to, target, target + run, 0f);
        } else {
          System.arraycopy(image, source + channel, to, target, run);
        }
        column += run;
      }
    }
  }
}
