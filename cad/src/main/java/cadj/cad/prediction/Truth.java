package cadj.cad.prediction;

import java.util.Locale;

/// What a set of weights does, measured.
public enum Truth {
  /// The change of J at fixed points with a fixed base prediction: what estimators estimate.
  FIXED,
  /// The same, both predictions by the edited model: an objective that cannot be fooled by breaking
  /// the model.
  MOVING_BASE,
  /// The same along trajectories that the edited model takes itself, from the same start noise.
  FRESH,
  /// The change of the classifier's logit for the concept, mean over pictures that are drawn from
  /// the same start noise.
  LOGIT;

  /// As settings and ledgers name it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
