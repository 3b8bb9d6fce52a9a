package cadj.cad.attribution;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sub.sub;
import static java.util.Objects.requireNonNull;

import cadj.kernels.random.SplitMix64;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// Regression of J on which weights are zeroed, as COAR has it (Shah, Ilyas & Madry 2024,
/// arXiv:2404.11534), with first order as a control variate: at each point random sets A of a share
/// p are zeroed, and only what first order misses is regressed.
///
/// ```
/// e_A = J(without A) − J(w) + Σ_A w·∂J/∂w
/// β_i = mean over A of e_A·([i in A] − p) / (p·(1 − p))
/// s = w·∂J/∂w − β
/// ```
///
/// β is unbiased and, with fewer sets than weights, mostly noise; the mean of e is what the sets
/// have in common and goes to the offset.
///
/// @param p share of the weights that a random set holds
/// @param ablations sets at each point
public record RandomAblations(double p, int ablations) implements Estimator {
  private static final String REGRESSION = "regression";
  private static final int MOST_ABLATIONS = 100_000;

  @Override
  public String kind() {
    return "random-ablations";
  }

  @Override
  public SequencedMap<String, Object> settings() {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("p", p);
    out.put("ablations", ablations);
    return out;
  }

  @Override
  public Estimator with(EstimatorOptions options) {
    return checked(options.share("p", p), options.count("ablations", ablations, MOST_ABLATIONS));
  }

  @Override
  public Estimator forShare(double share) {
    return checked(share, ablations);
  }

  private static RandomAblations checked(double p, int ablations) {
    if (p == 1) {
      throw new IllegalArgumentException(
          "estimator random-ablations: p: expected a share below 1, or nothing varies");
    }
    return new RandomAblations(p, ablations);
  }

  @Override
  public int copies() {
    return 2; // moved weights and where they moved
  }

  @Override
  public List<String> sums() {
    return List.of(FirstOrder.GRAD, REGRESSION);
  }

  @Override
  public double evaluate(
      Objective objective,
      Point point,
      Denoiser denoiser,
      SequencedMap<String, Tensor> watched,
      Sums sums) {
    RandomMask[] masks = new RandomMask[ablations];
    for (int a = 0; a < ablations; a++) {
      masks[a] = RandomMask.of(SplitMix64.at(point.seed(), a), p, watched);
    }
    double[] missed = new double[ablations];
    double j =
        objective.differentiate(
            denoiser,
            point,
            watched,
            (name, gradient) -> {
              Tensor w = requireNonNull(watched.get(name));
              sums.add(FirstOrder.GRAD, name, gradient, w);
              float[] score = mul(w, gradient).toFloats();
              for (int a = 0; a < ablations; a++) {
                missed[a] += masks[a].sum(name, score);
              }
            });
    double common = 0;
    for (int a = 0; a < ablations; a++) {
      RandomMask mask = masks[a];
      double[] without = new double[1];
      Scope.run(
          "ablation",
          () -> {
            MovedWeights moved =
                MovedWeights.of(denoiser, watched, (name, w) -> mul(w, mask.values(name, w, 0, 1)));
            without[0] = objective.at(moved.denoiser(), point);
          });
      missed[a] += without[0] - j;
      common += missed[a] / ablations;
    }
    for (int a = 0; a < ablations; a++) {
      double each = missed[a] / (p * (1 - p) * ablations);
      RandomMask mask = masks[a];
      watched.forEach(
          (name, w) ->
              Scope.run(
                  "regression",
                  () ->
                      sums.add(
                          REGRESSION,
                          name,
                          mask.values(name, w, (float) (each * (1 - p)), (float) (-each * p)),
                          Tensor.full(w.dtype(), w.shape(), -1f))));
    }
    sums.expandedAt(j + common);
    return j;
  }

  @Override
  public Tensor score(Tensor w, Map<String, Tensor> means) {
    return sub(
        mul(w, requireNonNull(means.get(FirstOrder.GRAD))), requireNonNull(means.get(REGRESSION)));
  }

  /// −p·Σ β
  @Override
  public double offset(Tensor w, Map<String, Tensor> means) {
    float[] beta = requireNonNull(means.get(REGRESSION)).toFloats();
    return -p * IntStream.range(0, beta.length).mapToDouble(i -> beta[i]).sum();
  }
}
