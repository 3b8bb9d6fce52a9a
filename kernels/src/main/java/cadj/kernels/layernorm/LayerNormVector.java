package cadj.kernels.layernorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.vectormath.Rows;
import cadj.kernels.vectormath.SumLoops;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Rows in parallel, see [Rows]; some at a time stay in the first cache for all passes over them.
///
/// The mean is summed in double and subtracted in two floats, the second of which is what rounding
/// the first missed: mean = m + δ, variance = mean((x − m)²) − δ². So a mean far above the spread
/// costs no accuracy. Gradients of weight and bias are summed per block of rows, then over blocks,
/// in that order.
final class LayerNormVector implements LayerNormKernel {
  /// Rows of one task of the backward pass.
  private static final int BLOCK = 64;

  private final Cpu cpu;

  LayerNormVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(
      Buffer y,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      Buffer bias,
      int rows,
      int width,
      float eps) {
    F32 out = F32.of(y.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    float[] w = Rows.paddedCopy(F32.of(weight), width);
    float[] b = Rows.paddedCopy(F32.of(bias), width);
    int some = Rows.together(width);
    Rows.parallel(
        cpu,
        rows,
        width,
        (from, to) -> {
          Rows source = new Rows(in, width);
          Rows target = new Rows(out, width);
          float[] high = new float[some];
          float[] missed = new float[some];
          float[] scales = new float[some];
          for (int row = from; row < to; row += some) {
            int end = Math.min(row + some, to);
            source.seek(row, end);
            target.seek(row, end);
            double[] sums = SumLoops.ofExact(source);
            for (int r = 0; r < end - row; r++) {
              double m = sums[r] / width;
              high[r] = (float) m;
              missed[r] = (float) (m - high[r]);
              mean.set(row + r, m);
            }
            double[] squares = SumLoops.ofSquares(source, high);
            for (int r = 0; r < end - row; r++) {
              double variance = squares[r] / width - (double) missed[r] * missed[r];
              double scale = 1 / Math.sqrt(Math.max(variance, 0) + eps);
              scales[r] = (float) scale;
              rstd.set(row + r, scale);
            }
            LayerNormLoops.scaleAndShift(target, source, high, missed, scales, w, b);
          }
        });
  }

  @Override
  public void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int rows,
      int width) {
    F32 gradient = F32.of(dy.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    F32 out = dx == null ? null : F32.of(dx.slice(0, rows * width));
    float[] w = Rows.paddedCopy(F32.of(weight), width);
    int some = 2 * Rows.together(width); // the more, the less often the sums over rows are read
    boolean parameters = dweight != null || dbias != null;
    int blocks = Math.ceilDiv(rows, BLOCK);
    float[][] dweights = new float[parameters ? blocks : 0][w.length];
    float[][] dbiases = new float[parameters ? blocks : 0][w.length];
    cpu.parallel(
        blocks,
        block -> {
          int end = Math.min(rows, (block + 1) * BLOCK);
          Rows g = new Rows(gradient, width);
          Rows source = new Rows(in, width);
          Rows target = out == null ? null : new Rows(out, width);
          float[] means = new float[some];
          float[] scales = new float[some];
          double[] sums = new double[some];
          double[] sumsByX = new double[some];
          float[] gMeans = new float[some];
          float[] slopes = new float[some];
          for (int from = block * BLOCK; from < end; from += some) {
            int to = Math.min(from + some, end);
            g.seek(from, to);
            source.seek(from, to);
            for (int r = 0; r < to - from; r++) {
              means[r] = (float) mean.get(from + r);
              scales[r] = (float) rstd.get(from + r);
            }
            if (target != null) {
              Arrays.fill(sums, 0);
              Arrays.fill(sumsByX, 0);
              LayerNormLoops.addSums(sums, sumsByX, g, source, w, means);
            }
            if (parameters) {
              LayerNormLoops.accumulate(dweights[block], dbiases[block], g, source, means, scales);
            }
            if (target != null) {
              target.seek(from, to);
              for (int r = 0; r < to - from; r++) {
                gMeans[r] = (float) (sums[r] / width);
                slopes[r] = (float) ((double) scales[r] * scales[r] * sumsByX[r] / width);
              }
              LayerNormLoops.project(target, g, source, w, means, scales, gMeans, slopes);
            }
          }
        });
    fold(dweight, dweights, width);
    fold(dbias, dbiases, width);
  }

  private static void fold(@Nullable Buffer sum, float[][] parts, int width) {
    if (sum == null) {
      return;
    }
    double[] total = SumLoops.ofParts(parts, width);
    for (int i = 0; i < width; i++) {
      sum.set(i, total[i]);
    }
  }
}
