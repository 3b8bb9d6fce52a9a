package cadj.kernels.softmax;

import static jdk.incubator.vector.VectorOperators.GT;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.vectormath.Exp;
import cadj.kernels.vectormath.Sum;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Rows in parallel, each copied to a padded row of its task's own and worked on there: −∞ pads
/// scores, whose exponential is 0; 0 pads gradients.
final class SoftmaxVector implements SoftmaxKernel {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /// Elements of one task, about.
  private static final int GRAIN = 1 << 14;

  private final Cpu cpu;

  SoftmaxVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    F32 out = F32.of(y.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    cpu.parallelRange(
        rows,
        GRAIN / Math.max(1, width),
        (from, to) -> {
          float[] row = new float[padded(width)];
          for (int r = from; r < to; r++) {
            copy(in, r, row, width, Float.NEGATIVE_INFINITY);
            exponentials(row, row, max(row));
            scale(row, (float) (1 / Sum.of(row, 0, row.length)));
            System.arraycopy(row, 0, out.array(), out.offset() + r * width, width);
          }
        });
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    F32 out = F32.of(dx.slice(0, rows * width));
    F32 gradient = F32.of(dy.slice(0, rows * width));
    F32 value = F32.of(y.slice(0, rows * width));
    cpu.parallelRange(
        rows,
        GRAIN / Math.max(1, width),
        (from, to) -> {
          float[] g = new float[padded(width)];
          float[] p = new float[padded(width)];
          for (int r = from; r < to; r++) {
            copy(gradient, r, g, width, 0);
            copy(value, r, p, width, 0);
            // Where one p is nearly 1, g − dot cancels, and needs dot to more than single
            // precision.
            double dot = Sum.ofExactProducts(g, 0, p, 0, p.length);
            float high = (float) dot;
            float low = Float.isFinite(high) ? (float) (dot - high) : 0;
            for (int i = 0; i < p.length; i += S.length()) {
              FloatVector centred = FloatVector.fromArray(S, g, i).sub(high).sub(low);
              FloatVector.fromArray(S, p, i).mul(centred).intoArray(p, i);
            }
            System.arraycopy(p, 0, out.array(), out.offset() + r * width, width);
          }
        });
  }

  @Override
  public void logForward(Buffer y, Buffer x, int rows, int width) {
    F32 out = F32.of(y.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    cpu.parallelRange(
        rows,
        GRAIN / Math.max(1, width),
        (from, to) -> {
          float[] row = new float[padded(width)];
          float[] exp = new float[padded(width)];
          for (int r = from; r < to; r++) {
            copy(in, r, row, width, Float.NEGATIVE_INFINITY);
            float max = max(row);
            exponentials(exp, row, max);
            float log = (float) Math.log(Sum.of(exp, 0, exp.length));
            for (int i = 0; i < row.length; i += S.length()) {
              FloatVector.fromArray(S, row, i).sub(max).sub(log).intoArray(row, i);
            }
            System.arraycopy(row, 0, out.array(), out.offset() + r * width, width);
          }
        });
  }

  @Override
  public void logBackward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    F32 out = F32.of(dx.slice(0, rows * width));
    F32 gradient = F32.of(dy.slice(0, rows * width));
    F32 value = F32.of(y.slice(0, rows * width));
    cpu.parallelRange(
        rows,
        GRAIN / Math.max(1, width),
        (from, to) -> {
          float[] g = new float[padded(width)];
          float[] p = new float[padded(width)];
          for (int r = from; r < to; r++) {
            copy(gradient, r, g, width, 0);
            copy(value, r, p, width, Float.NEGATIVE_INFINITY);
            exponentials(p, p, 0);
            float sum = (float) -Sum.of(g, 0, g.length);
            for (int i = 0; i < p.length; i += S.length()) {
              FloatVector.fromArray(S, p, i)
                  .fma(FloatVector.broadcast(S, sum), FloatVector.fromArray(S, g, i))
                  .intoArray(p, i);
            }
            System.arraycopy(p, 0, out.array(), out.offset() + r * width, width);
          }
        });
  }

  private static int padded(int width) {
    return Math.ceilDiv(width, S.length()) * S.length();
  }

  private static void copy(F32 x, int r, float[] row, int width, float padding) {
    System.arraycopy(x.array(), x.offset() + r * width, row, 0, width);
    Arrays.fill(row, width, row.length, padding);
  }

  /// The largest number; NaN counts for nothing here and shows in the sum.
  private static float max(float[] row) {
    FloatVector max = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < row.length; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, row, i);
      max = max.blend(v, v.compare(GT, max));
    }
    float result = Float.NEGATIVE_INFINITY;
    for (float lane : max.toArray()) {
      result = Math.max(result, lane);
    }
    return result;
  }

  private static void exponentials(float[] y, float[] x, float max) {
    for (int i = 0; i < x.length; i += S.length()) {
      Exp.expNonPositive(FloatVector.fromArray(S, x, i).sub(max)).intoArray(y, i);
    }
  }

  private static void scale(float[] row, float factor) {
    for (int i = 0; i < row.length; i += S.length()) {
      FloatVector.fromArray(S, row, i).mul(factor).intoArray(row, i);
    }
  }
}
