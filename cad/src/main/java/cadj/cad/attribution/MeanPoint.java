package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sub.sub;
import static java.util.Objects.requireNonNull;

import cadj.kernels.random.SplitMix64;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// A second-order expansion about where a random set's weights are on average.
///
/// If a share p of the weights is zeroed at random, their mean is μ = (1 − p)·w. There
///
/// ```
/// b = −w·∂J/∂w        d = κ·w²·(∂(Σ v·r)/∂w)²
/// ```
///
/// with v random signs and J = κ·Σ r²: d is half the Gauss–Newton diagonal times w², up to noise
/// that probes average out. It is squared for each point by itself; the square of a sum over points
/// has the same mean and far more noise. Zeroing a set S, which moves weights in it by −(1 − p)·w
/// and the rest by p·w, is predicted to change J by
///
/// ```
/// J(μ) − J(w) + Σ_S b − p·Σ b + (1 − p)²·Σ_S d + p²·Σ_rest d
/// ```
///
/// that is, by the score s = −b − (1 − 2p)·d for each weight in S and by an offset. What is left
/// out is, mostly, pairs of weights.
///
/// The tables of positive and negative scores by step add up the two terms of s apart.
///
/// @param p share of the weights that a set is expected to hold
/// @param probes random directions at each point
public record MeanPoint(double p, int probes) implements Estimator {
  private static final String CURVATURE = "curvature";
  private static final int MOST_PROBES = 1000;

  /// Is shown what probes find.
  @FunctionalInterface
  public interface ProbeListener {
    ProbeListener NONE = (probe, parameter, pulled) -> {};

    /// @param probe from 0
    /// @param pulled ∂(Σ v·r)/∂w of a parameter at μ; freed after the call
    void at(int probe, String parameter, Tensor pulled);
  }

  @Override
  public String kind() {
    return "mean-point";
  }

  @Override
  public SequencedMap<String, Object> settings() {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("p", p);
    out.put("probes", probes);
    return out;
  }

  @Override
  public Estimator with(EstimatorOptions options) {
    return new MeanPoint(options.share("p", p), options.count("probes", probes, MOST_PROBES));
  }

  @Override
  public MeanPoint forShare(double share) {
    return new MeanPoint(share, probes);
  }

  @Override
  public int copies() {
    return 1;
  }

  @Override
  public int extraBackwardPasses() {
    return probes;
  }

  @Override
  public List<String> sums() {
    return List.of(FirstOrder.GRAD, CURVATURE);
  }

  @Override
  public double evaluate(
      Objective objective,
      Point point,
      Denoiser denoiser,
      SequencedMap<String, Tensor> watched,
      Sums sums) {
    return evaluate(objective, point, denoiser, watched, sums, ProbeListener.NONE);
  }

  /// The same, with someone who looks on.
  public double evaluate(
      Objective objective,
      Point point,
      Denoiser denoiser,
      SequencedMap<String, Tensor> watched,
      Sums sums,
      ProbeListener listener) {
    double j = objective.at(denoiser, point);
    MovedWeights mean = MovedWeights.of(denoiser, watched, (name, w) -> scale(w, (float) (1 - p)));
    double factor = objective.factor(point.target().shape()) / probes;
    List<Objective.Probe> directions = new ArrayList<>();
    for (int k = 0; k < probes; k++) {
      int probe = k;
      directions.add(
          new Objective.Probe(
              shape -> signs(SplitMix64.at(point.seed(), probe), shape),
              (name, pulled) -> {
                Tensor w = requireNonNull(watched.get(name));
                sums.add(
                    CURVATURE,
                    name,
                    scale(mul(pulled, pulled), (float) factor),
                    scale(mul(w, w), (float) -(1 - 2 * p)));
                listener.at(probe, name, pulled);
              }));
    }
    double there =
        objective.differentiate(
            mean.denoiser(),
            point,
            mean.watched(),
            directions,
            (name, gradient) ->
                sums.add(FirstOrder.GRAD, name, gradient, requireNonNull(watched.get(name))));
    sums.expandedAt(there);
    return j;
  }

  /// −1 or 1 for each element.
  private static Tensor signs(long seed, Shape shape) {
    float[] out = new float[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = SplitMix64.at(seed, i) < 0 ? -1 : 1;
    }
    return Tensor.of(out, shape.toArray());
  }

  @Override
  public Tensor score(Tensor w, Map<String, Tensor> means) {
    Tensor first = mul(w, requireNonNull(means.get(FirstOrder.GRAD)));
    Tensor second = mul(mul(w, w), requireNonNull(means.get(CURVATURE)));
    return sub(first, scale(second, (float) (1 - 2 * p)));
  }

  /// −p·Σ b + p²·Σ d
  @Override
  public double offset(Tensor w, Map<String, Tensor> means) {
    float[] values = w.toFloats();
    float[] gradient = requireNonNull(means.get(FirstOrder.GRAD)).toFloats();
    float[] curvature = requireNonNull(means.get(CURVATURE)).toFloats();
    return IntStream.range(0, values.length)
        .mapToDouble(
            i -> p * values[i] * gradient[i] + p * p * values[i] * values[i] * curvature[i])
        .sum();
  }
}
