package cadj.kernels.score;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

/// The definition of [ScoreKernel]: gradients and totals summed in double.
final class ScoreReference implements ScoreKernel {
  @Override
  public void accumulate(
      ScoreShape s,
      Buffer score,
      @Nullable Buffer carry,
      @Nullable Buffer totals,
      @Nullable Buffer weight,
      Buffer dy,
      Buffer x) {
    double above = 0;
    double below = 0;
    for (int o = 0; o < s.out(); o++) {
      for (int i = 0; i < s.in(); i++) {
        double gradient = 0;
        for (int r = 0; r < s.rows(); r++) {
          gradient += dy.get(r * s.out() + o) * x.get(r * s.in() + i);
        }
        int at = o * s.in() + i;
        double added = weight == null ? gradient : weight.get(at) * gradient;
        add(score, carry, at, added);
        if (added > 0) {
          above += added;
        } else {
          below += added;
        }
      }
    }
    if (totals != null) {
      totals.set(0, above);
      totals.set(1, below);
    }
  }

  private static void add(Buffer score, @Nullable Buffer carry, int at, double added) {
    double before = score.get(at);
    if (carry == null) {
      score.set(at, before + added);
    } else {
      double addend = added - carry.get(at);
      score.set(at, before + addend);
      carry.set(at, score.get(at) - before - addend);
    }
  }
}
