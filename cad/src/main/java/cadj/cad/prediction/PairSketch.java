package cadj.cad.prediction;

import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.MeanPoint;
import cadj.cad.attribution.Objective;
import cadj.cad.attribution.Point;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What pairs of weights do, for sets that are known while an attribution runs.
///
/// [MeanPoint] sees each weight alone. Its probes see pairs too: with c_i = −w_i·([i in S] − p),
///
/// ```
/// ‖∂r/∂w·c‖² = mean over v of (∂(Σ v·r)/∂w · c)²  =  Σ_i c_i²·(…)_i² + pairs
/// ```
///
/// at each point. With few probes that is mostly noise, of the size of the whole; so only a share
/// of the pairs is added to the prediction,
///
/// ```
/// λ = K/(K + 16)  for K probes at each point
/// ```
///
/// (the noise falls with K; 16 is what fitted sets of three objects of `fashion`). Sums over a set
/// are all that is kept: no file can hold what would predict any set, which is a vector of all
/// weights for each point and probe.
///
/// An estimator for a single run: it adds up as it goes, and starts anew with another object.
final class PairSketch implements Estimator {
  private static final double HALF_AT = 16;

  private final MeanPoint mean;
  private final List<WeightSet> sets;

  /// Of each set, over all points so far.
  private final double[] pairs;

  PairSketch(MeanPoint mean, List<WeightSet> sets) {
    this.mean = mean;
    this.sets = sets;
    this.pairs = new double[sets.size()];
  }

  /// What is to be added to the prediction for the `set`-th set.
  double pairs(int set, double divisor) {
    return mean.probes() / (mean.probes() + HALF_AT) * pairs[set] / divisor;
  }

  @Override
  public String kind() {
    return mean.kind() + "+pairs";
  }

  @Override
  public SequencedMap<String, Object> settings() {
    return mean.settings();
  }

  @Override
  public List<String> sums() {
    return mean.sums();
  }

  @Override
  public int copies() {
    return mean.copies();
  }

  @Override
  public int extraBackwardPasses() {
    return mean.extraBackwardPasses();
  }

  @Override
  public double evaluate(
      Objective objective,
      Point point,
      Denoiser denoiser,
      SequencedMap<String, Tensor> watched,
      Sums sums) {
    double[][] dot = new double[mean.probes()][sets.size()];
    double[][] single = new double[mean.probes()][sets.size()];
    double j =
        mean.evaluate(
            objective,
            point,
            denoiser,
            watched,
            sums,
            (probe, name, pulled) ->
                add(name, requireNonNull(watched.get(name)), pulled, dot[probe], single[probe]));
    double factor = objective.factor(point.target().shape()) / mean.probes();
    for (int probe = 0; probe < mean.probes(); probe++) {
      for (int s = 0; s < pairs.length; s++) {
        pairs[s] += factor * (dot[probe][s] * dot[probe][s] - single[probe][s]);
      }
    }
    return j;
  }

  /// Adds one parameter's part of u·c and of Σ (u_i·c_i)² for each set.
  private void add(String name, Tensor w, Tensor pulled, double[] dot, double[] single) {
    float[] weights = w.toFloats();
    float[] u = pulled.toFloats();
    double all = 0;
    double squares = 0;
    for (int i = 0; i < u.length; i++) {
      u[i] *= weights[i];
      all += u[i];
      squares += (double) u[i] * u[i];
    }
    double p = mean.p();
    for (int s = 0; s < dot.length; s++) {
      double inside = 0;
      double insideSquares = 0;
      for (int index : sets.get(s).indices().getOrDefault(name, new int[0])) {
        inside += u[index];
        insideSquares += (double) u[index] * u[index];
      }
      dot[s] += p * all - inside;
      single[s] += p * p * squares + (1 - 2 * p) * insideSquares;
    }
  }

  @Override
  public Tensor score(Tensor w, Map<String, Tensor> means) {
    return mean.score(w, means);
  }

  @Override
  public double offset(Tensor w, Map<String, Tensor> means) {
    return mean.offset(w, means);
  }
}
