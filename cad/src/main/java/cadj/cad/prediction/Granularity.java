package cadj.cad.prediction;

import java.util.Locale;

/// What is knocked out as a whole.
public enum Granularity {
  WEIGHT,
  /// A hidden value of a feed-forward block: its rows and its column.
  NEURON,
  /// A head of an attention.
  HEAD,
  /// All scored weights of one parameter.
  LAYER;

  /// As settings and ledgers name it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
