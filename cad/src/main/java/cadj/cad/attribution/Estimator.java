package cadj.cad.attribution;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Estimates, from derivatives of an objective, what zeroing each weight does to it.
///
/// At every point an estimator adds something of each weight's shape to one sum or several. Of
/// their means over all trajectories it makes the scores. [FirstOrder] is the plainest;
/// [Estimators] lists all.
public interface Estimator {
  /// As `--estimator` and files name it. It identifies a run: an estimator with settings has each
  /// of their values in it.
  String name();

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

  /// The scores of a parameter.
  ///
  /// @param w the parameter
  /// @param means by the names of [#sums], each of the parameter's shape: over prompts and samples,
  ///   summed over steps
  Tensor score(Tensor w, Map<String, Tensor> means);

  /// Takes what is added.
  @FunctionalInterface
  interface Sums {
    /// Adds to one of [Estimator#sums] of one parameter.
    ///
    /// @param addend of the parameter's shape, in any layout
    /// @param factor what makes the addend a part of the score, of the parameter's shape: the
    ///   tables of positive and negative scores by step add up addend·factor
    void add(String sum, String parameter, Tensor addend, Tensor factor);
  }
}
