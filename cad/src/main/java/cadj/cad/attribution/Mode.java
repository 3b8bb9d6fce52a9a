package cadj.cad.attribution;

/// How the published procedure is followed.
public enum Mode {
  /// As the paper means it: x_t paired with its own t, one trajectory per noise sample, scored
  /// steps spread over the whole schedule, means over samples and prompts, the prediction type
  /// respected.
  CORRECTED,
  /// As the published code does it, quirks included, for comparison with the paper's numbers.
  REFERENCE
}
