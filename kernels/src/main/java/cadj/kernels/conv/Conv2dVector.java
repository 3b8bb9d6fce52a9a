package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.ThreadScratch;
import cadj.kernels.gemm.PackedProduct;
import cadj.kernels.record.Recording;
import cadj.kernels.vectormath.Axpy;
import org.jspecify.annotations.Nullable;

/// Implicit matrix products: pixels are gathered tap by tap while a product packs its operands, and
/// no unfolded image is ever stored. One product per group.
///
/// Most 3×3 convolutions go by [Winograd] tiles instead, forward and in both derivatives. Results
/// err by up to 4·10⁻⁶ of the largest, and what is not finite spreads over the tiles that see it.
final class Conv2dVector implements Conv2dKernel {
  private static final ThreadScratch ROW = new ThreadScratch();

  /// Elements of y that a task adds to.
  private static final int ADD_GRAIN = 1 << 14;

  private final Cpu cpu;

  Conv2dVector(Cpu cpu) {
    this.cpu = cpu;
  }

  private static void tell(@Nullable Winograd chosen) {
    Recording.algorithm(chosen == null ? "implicit product" : chosen.words());
  }

  /// y [pixels, Co] = unfolded x [pixels, taps·Ci] · weight [taps·Ci, Co]
  @Override
  public void forward(Conv2dShape s, Buffer y, Buffer x, Buffer weight, Conv2dAddends addends) {
    if (s.n() == 0) {
      return;
    }
    F32 out = F32.of(y);
    F32 image = F32.of(x);
    Winograd winograd = Winograd.choose(s, s.ho(), s.wo());
    tell(winograd);
    if (winograd != null) {
      WinogradConv2d.forward(winograd, s, image, F32.of(weight)).run(cpu, out, addends);
      return;
    }
    int ci = s.ci() / s.groups();
    int co = s.co() / s.groups();
    Taps taps = Taps.forward(s);
    Columns columns = Columns.of(taps.count(), ci);
    F32 perImage = addends.perImage() == null ? null : F32.of(addends.perImage());
    F32 residual = addends.residual() == null ? null : F32.of(addends.residual());
    F32 alone = perImage == null ? residual : null; // else it comes after the other
    for (int g = 0; g < s.groups(); g++) {
      Unfolded rows = Unfolded.input(s, image.array(), image.offset(), g * ci, taps, columns);
      WeightPanels weights = new WeightPanels(s, F32.of(weight), g, taps, columns);
      int first = g * co;
      new PackedProduct(
              false,
              s.n() * s.ho() * s.wo(),
              co,
              columns.count(),
              columns.depth(),
              0,
              out.array(),
              out.offset() + first,
              s.co(),
              addends.bias() == null ? null : F32.of(addends.bias()).slice(first, co),
              alone == null ? null : alone.slice(first, alone.length() - first))
          .run(cpu, rows::packRows, weights::packForward);
    }
    if (perImage != null) {
      add(s, out, perImage, residual);
    }
  }

  private void add(Conv2dShape s, F32 y, F32 perImage, @Nullable F32 residual) {
    int pixels = s.ho() * s.wo();
    cpu.parallelRange(
        s.n() * pixels,
        Math.ceilDiv(ADD_GRAIN, s.co()),
        (from, to) -> {
          for (int pixel = from; pixel < to; pixel++) {
            int added = perImage.offset() + pixel / pixels * s.co();
            int at = y.offset() + pixel * s.co();
            Axpy.run(y.array(), at, 1, perImage.array(), added, s.co());
            if (residual != null) {
              int there = residual.offset() + pixel * s.co();
              Axpy.run(y.array(), at, 1, residual.array(), there, s.co());
            }
          }
        });
  }

  /// dx [pixels, Ci] = unfolded dy [pixels, taps·Co] · weight [taps·Co, Ci], a convolution with the
  /// taps reversed.
  ///
  /// With a stride, input pixels fall into strideH·strideW phases that meet different taps; each
  /// phase is a product of its own, whose rows are then spread over dx.
  @Override
  public void backwardData(Conv2dShape s, Buffer dx, Buffer dy, Buffer weight) {
    F32 out = F32.of(dx);
    Winograd winograd = Winograd.choose(s, s.h(), s.w());
    tell(winograd);
    if (winograd != null) {
      WinogradConv2d.backwardData(winograd, s, F32.of(dy), F32.of(weight))
          .run(cpu, out, Conv2dAddends.NONE);
      return;
    }
    if (s.strideH() == 1 && s.strideW() == 1) {
      phase(s, 0, 0, s.h(), s.w(), out, s.ci(), dy, weight);
      return;
    }
    F32 pixels =
        F32.of(
            new float
                [s.n()
                    * Math.ceilDiv(s.h(), s.strideH())
                    * Math.ceilDiv(s.w(), s.strideW())
                    * s.ci()]);
    for (int a = 0; a < Math.min(s.h(), s.strideH()); a++) {
      for (int b = 0; b < Math.min(s.w(), s.strideW()); b++) {
        int rows = Math.ceilDiv(s.h() - a, s.strideH());
        int rowLength = Math.ceilDiv(s.w() - b, s.strideW());
        phase(s, a, b, rows, rowLength, pixels, s.ci(), dy, weight);
        int first = a * s.w() + b;
        cpu.parallel(
            s.n() * rows,
            i -> {
              int target = i / rows * s.h() * s.w() + i % rows * s.strideH() * s.w() + first;
              for (int j = 0; j < rowLength; j++) {
                System.arraycopy(
                    pixels.array(),
                    (i * rowLength + j) * s.ci(),
                    out.array(),
                    out.offset() + (target + j * s.strideW()) * s.ci(),
                    s.ci());
              }
            });
      }
    }
  }

  private void phase(
      Conv2dShape s,
      int phaseH,
      int phaseW,
      int rowsH,
      int rowsW,
      F32 out,
      int pitch,
      Buffer dy,
      Buffer weight) {
    F32 image = F32.of(dy);
    int ci = s.ci() / s.groups();
    int co = s.co() / s.groups();
    Taps taps = Taps.backward(s, phaseH, phaseW);
    Columns columns = Columns.of(taps.count(), co);
    for (int g = 0; g < s.groups(); g++) {
      Unfolded rows =
          Unfolded.output(s, image.array(), image.offset(), g * co, rowsH, rowsW, taps, columns);
      WeightPanels weights = new WeightPanels(s, F32.of(weight), g, taps, columns);
      new PackedProduct(
              false,
              s.n() * rowsH * rowsW,
              ci,
              columns.count(),
              columns.depth(),
              0,
              out.array(),
              out.offset() + g * ci,
              pitch,
              null,
              null)
          .run(cpu, rows::packRows, weights::packBackward);
    }
  }

  /// dweight [Co, taps·Ci] = dyᵀ [Co, pixels] · unfolded x [pixels, taps·Ci], in place of dweight;
  /// then the taps are made innermost, row by row.
  @Override
  public void backwardWeight(Conv2dShape s, Buffer dweight, Buffer dy, Buffer x) {
    F32 out = F32.of(dweight);
    F32 image = F32.of(x);
    F32 grad = F32.of(dy);
    Winograd winograd = Winograd.chooseForWeights(s);
    tell(winograd);
    if (winograd != null) {
      WinogradWeightGradient.of(winograd, s, grad, image).run(cpu, out);
      return;
    }
    int ci = s.ci() / s.groups();
    int co = s.co() / s.groups();
    Taps taps = Taps.forward(s);
    Columns columns = Columns.of(taps.count(), ci);
    int rowLength = columns.count();
    int pixels = s.n() * s.ho() * s.wo();
    for (int g = 0; g < s.groups(); g++) {
      Unfolded panels = Unfolded.input(s, image.array(), image.offset(), g * ci, taps, columns);
      int first = grad.offset() + g * co;
      new PackedProduct(
              true,
              co,
              rowLength,
              pixels,
              PackedProduct.evenDepth(pixels),
              0,
              out.array(),
              out.offset() + g * co * rowLength,
              rowLength,
              null,
              null)
          .run(
              cpu,
              (to, at, top, bottom, from, terms) -> {
                for (int p = 0; p < terms; p++) {
                  int pixel = first + (from + p) * s.co() + top;
                  System.arraycopy(
                      grad.array(), pixel, to, at + p * PackedProduct.PITCH, bottom - top);
                }
              },
              panels::packPanel);
    }
    if (taps.count() > 1) {
      Columns.Run[] runs = columns.runs(0, rowLength);
      cpu.parallelRange(
          s.co(),
          Math.max(1, 16_384 / Math.max(1, rowLength)),
          (from, to) -> {
            for (int row = from; row < to; row++) {
              tapsInnermost(out.array(), out.offset() + row * rowLength, rowLength, runs, taps);
            }
          });
    }
  }

  private static void tapsInnermost(
      float[] out, int at, int length, Columns.Run[] runs, Taps taps) {
    float[] row = ROW.atLeast(length);
    System.arraycopy(out, at, row, 0, length);
    int count = taps.count();
    for (Columns.Run run : runs) {
      int target = at + run.channel() * count + run.tap();
      for (int c = 0; c < run.length(); c++) {
        out[target + c * count] = row[run.at() + c];
      }
    }
  }
}
