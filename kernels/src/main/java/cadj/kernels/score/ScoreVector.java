package cadj.kernels.score;

import cadj.kernels.copy.CopyKernel;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.gemm.GemmShape;
import org.jspecify.annotations.Nullable;

/// Some rows of the gradient at a time, multiplied and added while they lie in a cache.
final class ScoreVector implements ScoreKernel {
  /// Elements of the gradient at a time: 1 MB, so that a long row of X is packed for many rows of
  /// the gradient.
  private static final int PANEL = 1 << 18;

  private static final int GRAIN = 1 << 15;

  private static final ThreadLocal<float[]> GRADIENT = ThreadLocal.withInitial(() -> new float[0]);

  private final Cpu cpu;

  ScoreVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void accumulate(
      ScoreShape s,
      Buffer score,
      @Nullable Buffer carry,
      @Nullable Buffer totals,
      @Nullable Buffer weight,
      Buffer dy,
      Buffer x) {
    F32 w = weight == null ? null : F32.of(weight);
    double[] above = new double[s.out()];
    double[] below = new double[s.out()];
    int most = Math.clamp(PANEL / Math.max(1, s.in()), 1, Math.max(1, s.out()));
    F32 panel = F32.of(gradient(most * s.in()));
    GemmKernel gemm = GemmKernel.on(cpu, panel);
    CopyKernel copy = CopyKernel.on(cpu, panel);
    for (int top = 0; top < s.out(); top += most) {
      int height = Math.min(most, s.out() - top);
      int at = top * s.in();
      F32 added = panel.slice(0, height * s.in());
      gemm.multiply(columns(s, height), added, dy.slice(top, dy.length() - top), x, null);
      if (w != null) {
        scale(added, w.slice(at, added.length()));
      }
      Buffer sums = score.slice(at, added.length());
      if (carry == null) {
        copy.accumulate(sums, added, 1f);
      } else {
        copy.accumulateCompensated(sums, carry.slice(at, added.length()), added);
      }
      if (totals != null) {
        int first = top;
        cpu.parallel(
            height, row -> total(added.slice(row * s.in(), s.in()), above, below, first + row));
      }
    }
    if (totals != null) {
      totals.set(0, sum(above));
      totals.set(1, sum(below));
    }
  }

  private static float[] gradient(int length) {
    float[] buffer = GRADIENT.get();
    if (buffer.length < length) {
      buffer = new float[length];
      GRADIENT.set(buffer);
    }
    return buffer;
  }

  /// `height` columns of dY, transposed, by all of X; a window of dY begins with the first column.
  private static GemmShape columns(ScoreShape s, int height) {
    return new GemmShape(
        true, false, height, s.in(), s.rows(), s.out(), s.in(), s.in(), 1, 0, 0, 0, 0f);
  }

  private void scale(F32 gradient, F32 weight) {
    float[] g = gradient.array();
    float[] w = weight.array();
    int gAt = gradient.offset();
    int wAt = weight.offset();
    cpu.parallelRange(
        gradient.length(),
        GRAIN,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            g[gAt + i] *= w[wAt + i];
          }
        });
  }

  /// Rows in parallel, then all rows in order: the same bits for any number of threads.
  private static void total(F32 added, double[] above, double[] below, int row) {
    double up = 0;
    double down = 0;
    for (int i = added.offset(); i < added.offset() + added.length(); i++) {
      float value = added.array()[i];
      if (value > 0) {
        up += value;
      } else {
        down += value;
      }
    }
    above[row] = up;
    below[row] = down;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
