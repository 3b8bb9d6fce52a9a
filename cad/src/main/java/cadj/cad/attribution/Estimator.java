package cadj.cad.attribution;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/// Estimates, from derivatives of an objective, what zeroing each weight does to it.
///
/// At every point an estimator adds something of each weight's shape to one sum or several. Of
/// their means over all trajectories it makes the scores. [FirstOrder] is the plainest;
/// [Estimators] lists all.
public interface Estimator {
  /// What it is called without its settings.
  String kind();

  /// Its settings in order, as [#with] takes them.
  default SequencedMap<String, Object> settings() {
    return new LinkedHashMap<>();
  }

  /// As `--estimator` and files name it: `mean-point:p=0.05,probes=2`. It identifies a run, so all
  /// settings are in it.
  default String name() {
    return settings().isEmpty() ? kind() : kind() + ":" + EstimatorOptions.text(settings());
  }

  /// The same estimator with other settings, those left out as they are.
  default Estimator with(EstimatorOptions options) {
    return this;
  }

  /// The same for sets that hold the share `p` of the weights, if it is made for a share.
  default Estimator forShare(double p) {
    return this;
  }

  /// The estimator that evaluates at points, where that takes whole runs of others first.
  ///
  /// @param run gives the scores of an estimator over all points
  default Estimator prepared(Function<Estimator, SequencedMap<String, Tensor>> run) {
    return this;
  }

  /// Copies of the scored weights that it holds at a time.
  default int copies() {
    return 0;
  }

  /// Backward passes at each point over what another one left on the tape.
  default int extraBackwardPasses() {
    return 0;
  }

  /// Names of what is summed for each weight.
  List<String> sums();

  /// Evaluates `objective` at `point`, as often and at whatever weights it needs, and adds up.
  ///
  /// @param denoiser whose weights are attributed
  /// @param watched those of its parameters that are scored
  /// @return J at `point`
  double evaluate(
      Objective objective,
      Point point,
      Denoiser denoiser,
      SequencedMap<String, Tensor> watched,
      Sums sums);

  /// The scores of a parameter: what the objective is predicted to lose if each weight is zeroed,
  /// one of many.
  ///
  /// @param w the parameter
  /// @param means by the names of [#sums], each of the parameter's shape: over prompts and samples,
  ///   summed over steps
  Tensor score(Tensor w, Map<String, Tensor> means);

  /// What a parameter adds to the predicted change of J whatever set of weights is zeroed.
  ///
  /// With the difference between J where derivatives were taken and J at the weights as they are,
  /// it makes [AttributionResult#offset]:
  ///
  /// ```
  /// predicted change = offset − Σ_S score
  /// ```
  default double offset(Tensor w, Map<String, Tensor> means) {
    return 0;
  }

  /// Takes what is added.
  @FunctionalInterface
  interface Sums {
    /// Adds to one of [Estimator#sums] of one parameter.
    ///
    /// @param addend of the parameter's shape, in any layout
    /// @param factor what makes the addend a part of the score, of the parameter's shape: the
    ///   tables of positive and negative scores by step add up addend·factor
    void add(String sum, String parameter, Tensor addend, Tensor factor);

    /// Tells J at the weights about which the estimator expands, if they are not the model's.
    default void expandedAt(double objective) {}
  }
}
