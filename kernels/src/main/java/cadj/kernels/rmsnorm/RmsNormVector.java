package cadj.kernels.rmsnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.vectormath.Rows;
import cadj.kernels.vectormath.SumLoops;
import org.jspecify.annotations.Nullable;

/// Rows in parallel, see [Rows].
///
/// Gradients of the weight are summed per block of rows, then over blocks, in that order.
final class RmsNormVector implements RmsNormKernel {
  /// Rows of one task of the backward pass, at least.
  private static final int BLOCK = 64;

  /// Elements of one task of the backward pass, at least: narrow rows are many.
  private static final int BLOCK_ELEMENTS = 1 << 14;

  private final Cpu cpu;

  RmsNormVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(
      Buffer y, Buffer rstd, Buffer x, Buffer weight, int rows, int width, float eps) {
    F32 out = F32.of(y.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    float[] w = Rows.paddedCopy(F32.of(weight), width);
    int some = Rows.together(width);
    Rows.parallel(
        cpu,
        rows,
        width,
        (from, to) -> {
          Rows source = new Rows(in, width);
          Rows target = new Rows(out, width);
          float[] zeros = new float[some];
          float[] scales = new float[some];
          for (int row = from; row < to; row += some) {
            int end = Math.min(row + some, to);
            source.seek(row, end);
            target.seek(row, end);
            double[] squares = SumLoops.ofSquares(source, zeros);
            for (int r = 0; r < end - row; r++) {
              double scale = 1 / Math.sqrt(squares[r] / width + eps);
              rstd.set(row + r, scale);
              scales[r] = (float) scale;
            }
            RmsNormLoops.scale(target, source, scales, w);
          }
        });
  }

  @Override
  public void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      Buffer dy,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int rows,
      int width) {
    F32 gradient = F32.of(dy.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    F32 out = dx == null ? null : F32.of(dx.slice(0, rows * width));
    float[] w = Rows.paddedCopy(F32.of(weight), width);
    int block = Math.max(BLOCK, BLOCK_ELEMENTS / Math.max(1, width));
    int blocks = Math.ceilDiv(rows, block);
    float[][] dweights = new float[dweight == null ? 0 : blocks][w.length];
    cpu.parallel(
        blocks,
        b -> {
          int from = b * block;
          int to = Math.min(rows, from + block);
          Rows g = new Rows(gradient, width).seek(from, to);
          Rows source = new Rows(in, width).seek(from, to);
          Rows target = out == null ? null : new Rows(out, width).seek(from, to);
          float[] scales = new float[to - from];
          for (int r = 0; r < scales.length; r++) {
            scales[r] = (float) rstd.get(from + r);
          }
          if (dweight != null) {
            RmsNormLoops.accumulate(dweights[b], g, source, scales);
          }
          if (target != null) {
            double[] sums = RmsNormLoops.sums(g, source, w);
            float[] slopes = new float[scales.length];
            for (int r = 0; r < slopes.length; r++) {
              slopes[r] = (float) ((double) scales[r] * scales[r] * sums[r] / width);
            }
            RmsNormLoops.project(target, g, source, w, scales, slopes);
          }
        });
    if (dweight != null) {
      double[] sums = SumLoops.ofParts(dweights, width);
      for (int i = 0; i < width; i++) {
        dweight.set(i, sums[i]);
      }
    }
  }
}
