package cadj.kernels.softmax;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.vectormath.Rows;
import cadj.kernels.vectormath.SumLoops;

/// A few rows at a time, as many as the first cache holds, in steps: the maxima of all, then the
/// exponentials of all, and so on. See [Rows].
///
/// The steps are [SoftmaxLoops].
final class SoftmaxVector implements SoftmaxKernel {
  private final Cpu cpu;

  SoftmaxVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    F32 out = F32.of(y.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    int block = Rows.together(width);
    Rows.parallel(
        cpu,
        rows,
        width,
        (from, to) -> {
          Rows source = new Rows(in, width);
          Rows target = new Rows(out, width);
          for (int row = from; row < to; row += block) {
            int end = Math.min(row + block, to);
            source.seek(row, end);
            target.seek(row, end);
            SoftmaxLoops.scale(
                target, SoftmaxLoops.exponentials(target, source, SoftmaxLoops.maxima(source)));
          }
        });
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    F32 out = F32.of(dx.slice(0, rows * width));
    F32 gradient = F32.of(dy.slice(0, rows * width));
    F32 value = F32.of(y.slice(0, rows * width));
    int block = Rows.together(width);
    Rows.parallel(
        cpu,
        rows,
        width,
        (from, to) -> {
          Rows g = new Rows(gradient, width);
          Rows p = new Rows(value, width);
          Rows target = new Rows(out, width);
          for (int row = from; row < to; row += block) {
            int end = Math.min(row + block, to);
            g.seek(row, end);
            p.seek(row, end);
            target.seek(row, end);
            // Where one p is nearly 1, g − Σ cancels, and needs the sum to more than single
            // precision.
            SoftmaxLoops.centre(target, g, p, SumLoops.ofExactProducts(g, p));
          }
        });
  }

  @Override
  public void logForward(Buffer y, Buffer x, int rows, int width) {
    F32 out = F32.of(y.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    int block = Rows.together(width);
    Rows.parallel(
        cpu,
        rows,
        width,
        (from, to) -> {
          Rows source = new Rows(in, width);
          Rows target = new Rows(out, width);
          // Not into y: x is read once more, and may be y.
          Rows scratch = new Rows(F32.allocate(block * width), width);
          for (int row = from; row < to; row += block) {
            int end = Math.min(row + block, to);
            source.seek(row, end);
            target.seek(row, end);
            scratch.seek(0, end - row);
            float[] max = SoftmaxLoops.maxima(source);
            SoftmaxLoops.subtract(
                target, source, max, SoftmaxLoops.exponentials(scratch, source, max));
          }
        });
  }

  @Override
  public void logBackward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    F32 out = F32.of(dx.slice(0, rows * width));
    F32 gradient = F32.of(dy.slice(0, rows * width));
    F32 value = F32.of(y.slice(0, rows * width));
    int block = Rows.together(width);
    Rows.parallel(
        cpu,
        rows,
        width,
        (from, to) -> {
          Rows g = new Rows(gradient, width);
          Rows log = new Rows(value, width);
          Rows target = new Rows(out, width);
          for (int row = from; row < to; row += block) {
            int end = Math.min(row + block, to);
            g.seek(row, end);
            log.seek(row, end);
            target.seek(row, end);
            SoftmaxLoops.subtractShares(target, g, log);
          }
        });
  }
}
