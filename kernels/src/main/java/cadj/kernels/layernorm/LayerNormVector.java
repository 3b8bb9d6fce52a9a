package cadj.kernels.layernorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.vectormath.Sum;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// Rows in parallel, each copied to a padded row of its task's own.
///
/// The mean is rounded to float, subtracted, and what it missed is found in the deviations: mean =
/// m + δ, variance = mean((x − m)²) − δ². So a mean far above the spread costs no accuracy.
/// Gradients of weight and bias are summed per block of rows, then over blocks, in that order.
final class LayerNormVector implements LayerNormKernel {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /// Elements of one task of the forward pass, about.
  private static final int GRAIN = 1 << 14;

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
    float[] w = padded(F32.of(weight), width);
    float[] b = padded(F32.of(bias), width);
    cpu.parallelRange(
        rows,
        GRAIN / Math.max(1, width),
        (from, to) -> {
          float[] row = new float[w.length];
          for (int r = from; r < to; r++) {
            System.arraycopy(in.array(), in.offset() + r * width, row, 0, width);
            Arrays.fill(row, width, row.length, 0);
            float m = (float) (Sum.of(row, 0, row.length) / width);
            Arrays.fill(row, width, row.length, m);
            subtract(row, m);
            double missed = Sum.of(row, 0, row.length) / width;
            double variance = Sum.ofProducts(row, 0, row, 0, row.length) / width - missed * missed;
            double scale = 1 / Math.sqrt(Math.max(variance, 0) + eps);
            mean.set(r, m + missed);
            rstd.set(r, scale);
            scaleAndShift(row, (float) missed, (float) scale, w, b);
            System.arraycopy(row, 0, out.array(), out.offset() + r * width, width);
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
    float[] w = padded(F32.of(weight), width);
    int blocks = Math.ceilDiv(rows, BLOCK);
    float[][] dweights = new float[blocks][w.length];
    float[][] dbiases = new float[blocks][w.length];
    cpu.parallel(
        blocks,
        block -> {
          float[] g = new float[w.length];
          float[] xhat = new float[w.length];
          for (int r = block * BLOCK; r < Math.min(rows, (block + 1) * BLOCK); r++) {
            System.arraycopy(gradient.array(), gradient.offset() + r * width, g, 0, width);
            Arrays.fill(g, width, g.length, 0);
            System.arraycopy(in.array(), in.offset() + r * width, xhat, 0, width);
            float scale = (float) rstd.get(r);
            float m = (float) mean.get(r);
            Arrays.fill(xhat, width, xhat.length, m);
            normalise(xhat, m, scale);
            accumulate(dweights[block], dbiases[block], g, xhat);
            if (out != null) {
              multiply(g, w);
              float gMean = (float) (Sum.of(g, 0, g.length) / width);
              float gXhat = (float) (Sum.ofProducts(g, 0, xhat, 0, g.length) / width);
              project(g, xhat, gMean, gXhat, scale);
              System.arraycopy(g, 0, out.array(), out.offset() + r * width, width);
            }
          }
        });
    fold(dweight, dweights, width);
    fold(dbias, dbiases, width);
  }

  private static float[] padded(F32 x, int width) {
    float[] row = Arrays.copyOfRange(x.array(), x.offset(), x.offset() + width);
    return Arrays.copyOf(row, Math.ceilDiv(width, S.length()) * S.length());
  }

  private static void subtract(float[] row, float m) {
    for (int i = 0; i < row.length; i += S.length()) {
      FloatVector.fromArray(S, row, i).sub(m).intoArray(row, i);
    }
  }

  private static void scaleAndShift(float[] row, float m, float scale, float[] w, float[] b) {
    for (int i = 0; i < row.length; i += S.length()) {
      FloatVector.fromArray(S, row, i)
          .sub(m)
          .mul(scale)
          .fma(FloatVector.fromArray(S, w, i), FloatVector.fromArray(S, b, i))
          .intoArray(row, i);
    }
  }

  private static void normalise(float[] row, float m, float scale) {
    for (int i = 0; i < row.length; i += S.length()) {
      FloatVector.fromArray(S, row, i).sub(m).mul(scale).intoArray(row, i);
    }
  }

  /// dweight += dy·x̂, dbias += dy.
  private static void accumulate(float[] dweight, float[] dbias, float[] dy, float[] xhat) {
    for (int i = 0; i < dy.length; i += S.length()) {
      FloatVector g = FloatVector.fromArray(S, dy, i);
      g.fma(FloatVector.fromArray(S, xhat, i), FloatVector.fromArray(S, dweight, i))
          .intoArray(dweight, i);
      g.add(FloatVector.fromArray(S, dbias, i)).intoArray(dbias, i);
    }
  }

  private static void multiply(float[] g, float[] w) {
    for (int i = 0; i < g.length; i += S.length()) {
      FloatVector.fromArray(S, g, i).mul(FloatVector.fromArray(S, w, i)).intoArray(g, i);
    }
  }

  /// g = scale·(g − gMean − x̂·gXhat).
  private static void project(float[] g, float[] xhat, float gMean, float gXhat, float scale) {
    for (int i = 0; i < g.length; i += S.length()) {
      FloatVector centred = FloatVector.fromArray(S, g, i).sub(gMean);
      FloatVector.fromArray(S, xhat, i)
          .fma(FloatVector.broadcast(S, -gXhat), centred)
          .mul(scale)
          .intoArray(g, i);
    }
  }

  private static void fold(@Nullable Buffer sum, float[][] parts, int width) {
    if (sum == null) {
      return;
    }
    double[] total = Sum.ofParts(parts, width);
    for (int i = 0; i < width; i++) {
      sum.set(i, total[i]);
    }
  }
}
