package cadj.kernels.pool;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.I64;
import cadj.kernels.vectormath.Axpy;
import java.util.Arrays;

/// Channels are the inner loop everywhere, so that it runs along memory; a task is a range of
/// pixels, and on the way back an image, since windows overlap.
final class Pool2dVector implements Pool2dKernel {
  private static final int GRAIN = 1 << 14;

  private final Cpu cpu;

  Pool2dVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void average(Pool2dShape s, Buffer y, Buffer x) {
    F32 out = F32.of(y.slice(0, s.outputs()));
    F32 in = F32.of(x.slice(0, s.inputs()));
    float share = 1f / (s.kernel() * s.kernel());
    forEachOutput(
        s,
        pixel -> {
          int target = out.offset() + pixel * s.c();
          Arrays.fill(out.array(), target, target + s.c(), 0f);
          // Shares are added, not their sum divided: the sum of large values may overflow.
          forEachTap(s, pixel, source -> addPixel(s, out, pixel, share, in, source));
        });
  }

  @Override
  public void averageBackward(Pool2dShape s, Buffer dx, Buffer dy) {
    F32 out = F32.of(dx.slice(0, s.inputs()));
    F32 in = F32.of(dy.slice(0, s.outputs()));
    float share = 1f / (s.kernel() * s.kernel());
    forEachImage(
        s,
        out,
        pixel -> forEachTap(s, pixel, source -> addPixel(s, out, source, share, in, pixel)));
  }

  /// Pixel `target` of `out` += factor · pixel `source` of `in`.
  private static void addPixel(
      Pool2dShape s, F32 out, int target, float factor, F32 in, int source) {
    Axpy.run(
        out.array(),
        out.offset() + target * s.c(),
        factor,
        in.array(),
        in.offset() + source * s.c(),
        s.c());
  }

  @Override
  public void max(Pool2dShape s, Buffer y, I64 index, Buffer x) {
    F32 out = F32.of(y.slice(0, s.outputs()));
    F32 in = F32.of(x.slice(0, s.inputs()));
    I64 places = index.slice(0, s.outputs());
    int imagePixels = s.h() * s.w();
    forEachOutput(
        s,
        pixel -> {
          int target = out.offset() + pixel * s.c();
          int place = places.offset() + pixel * s.c();
          Arrays.fill(places.array(), place, place + s.c(), -1L);
          forEachTap(
              s,
              pixel,
              source -> {
                int at = in.offset() + source * s.c();
                for (int k = 0; k < s.c(); k++) {
                  float value = in.array()[at + k];
                  float best = out.array()[target + k];
                  boolean wins = value > best || (Float.isNaN(value) && !Float.isNaN(best));
                  if (wins || places.array()[place + k] < 0) {
                    out.array()[target + k] = value;
                    places.array()[place + k] = source % imagePixels;
                  }
                }
              });
        });
  }

  @Override
  public void maxBackward(Pool2dShape s, Buffer dx, Buffer dy, I64 index) {
    F32 out = F32.of(dx.slice(0, s.inputs()));
    F32 in = F32.of(dy.slice(0, s.outputs()));
    I64 places = index.slice(0, s.outputs());
    int imagePixels = s.h() * s.w();
    forEachImage(
        s,
        out,
        pixel -> {
          int image = pixel / (s.ho() * s.wo()) * imagePixels;
          for (int k = 0; k < s.c(); k++) {
            int i = pixel * s.c() + k;
            int source = image + (int) places.array()[places.offset() + i];
            out.array()[out.offset() + source * s.c() + k] += in.array()[in.offset() + i];
          }
        });
  }

  /// A pixel, by its number in its batch of images.
  private interface Pixel {
    void visit(int number);
  }

  private void forEachOutput(Pool2dShape s, Pixel body) {
    cpu.parallelRange(
        s.n() * s.ho() * s.wo(),
        Math.max(1, GRAIN / Math.max(1, s.c() * s.kernel() * s.kernel())),
        (from, to) -> {
          for (int pixel = from; pixel < to; pixel++) {
            body.visit(pixel);
          }
        });
  }

  /// All output pixels, those of one image in one task, after zeroing that image of dx.
  private void forEachImage(Pool2dShape s, F32 dx, Pixel body) {
    int size = s.h() * s.w() * s.c();
    int outputs = s.ho() * s.wo();
    cpu.parallel(
        s.n(),
        n -> {
          int at = dx.offset() + n * size;
          Arrays.fill(dx.array(), at, at + size, 0f);
          for (int pixel = n * outputs; pixel < (n + 1) * outputs; pixel++) {
            body.visit(pixel);
          }
        });
  }

  /// The input pixels in the window of output pixel `pixel`.
  private static void forEachTap(Pool2dShape s, int pixel, Pixel body) {
    int left = pixel % s.wo() * s.stride() - s.padding();
    int top = pixel / s.wo() % s.ho() * s.stride() - s.padding();
    int image = pixel / (s.wo() * s.ho()) * s.h();
    for (int h = Math.max(0, top); h < Math.min(s.h(), top + s.kernel()); h++) {
      for (int w = Math.max(0, left); w < Math.min(s.w(), left + s.kernel()); w++) {
        body.visit((image + h) * s.w() + w);
      }
    }
  }
}
