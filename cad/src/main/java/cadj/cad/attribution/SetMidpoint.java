package cadj.cad.attribution;

import static cadj.autograd.ops.Mul.mul;

import cadj.cad.edit.Ablation;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/// Gradients where one chosen set of weights is half gone: score, select, score again with the
/// selected weights at half their values, and again, if there are more rounds.
///
/// ```
/// s = w·∂J/∂w at w − ½·w·[in S],  S = the highest scores of the round before
/// ```
///
/// The highest scores of a whole model do not behave like random weights: to first order J falls
/// without them, in truth it mostly rises. The gradient at the set's own midpoint gets the sign
/// right. Scores predict that set, and those close to it. Rounds before the last are whole runs,
/// over all trajectories, in every part of a run.
///
/// @param ratio share of each row that S holds
/// @param rounds how often is scored again
public record SetMidpoint(double ratio, int rounds) implements Estimator {
  private static final int MOST_ROUNDS = 100;

  @Override
  public String kind() {
    return "set-midpoint";
  }

  @Override
  public SequencedMap<String, Object> settings() {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("ratio", ratio);
    out.put("rounds", rounds);
    return out;
  }

  @Override
  public Estimator with(EstimatorOptions options) {
    return new SetMidpoint(
        options.share("ratio", ratio), options.count("rounds", rounds, MOST_ROUNDS));
  }

  @Override
  public Estimator forShare(double share) {
    return new SetMidpoint(share, rounds);
  }

  @Override
  public Estimator prepared(Function<Estimator, SequencedMap<String, Tensor>> run) {
    Ablation highest =
        new Ablation(Ablation.Which.POSITIVE, Ablation.Per.ROW, new Ablation.Ratio(ratio));
    Estimator next = new FirstOrder();
    for (int round = 0; round < rounds; round++) {
      next = new AtMidpoint(highest.select(run.apply(next)));
    }
    return next;
  }

  @Override
  public int copies() {
    return 2; // moved weights, and the scores of the round before
  }

  @Override
  public List<String> sums() {
    return List.of(FirstOrder.GRAD);
  }

  @Override
  public double evaluate(
      Objective objective,
      Point point,
      Denoiser denoiser,
      SequencedMap<String, Tensor> watched,
      Sums sums) {
    throw new IllegalStateException(
        kind() + ": which set it is about is not known before #prepared");
  }

  @Override
  public Tensor score(Tensor w, Map<String, Tensor> means) {
    return new FirstOrder().score(w, means);
  }

  /// Gradients at the midpoint of one set.
  ///
  /// @param set flat indices by parameter
  public record AtMidpoint(SequencedMap<String, int[]> set) implements Estimator {
    private static final float HALF = 0.5f;

    @Override
    public String kind() {
      return "at-midpoint";
    }

    @Override
    public List<String> sums() {
      return List.of(FirstOrder.GRAD);
    }

    @Override
    public double evaluate(
        Objective objective,
        Point point,
        Denoiser denoiser,
        SequencedMap<String, Tensor> watched,
        Sums sums) {
      double j = objective.at(denoiser, point);
      MovedWeights.of(denoiser, watched, (name, w) -> mul(w, doses(name, w)))
          .addGradients(objective, point, watched, 1, sums);
      return j;
    }

    private Tensor doses(String name, Tensor w) {
      float[] out = new float[w.elements()];
      Arrays.fill(out, 1);
      for (int index : set.getOrDefault(name, new int[0])) {
        out[index] = HALF;
      }
      return Tensor.of(out, w.shape().toArray());
    }

    @Override
    public Tensor score(Tensor w, Map<String, Tensor> means) {
      return new FirstOrder().score(w, means);
    }
  }
}
