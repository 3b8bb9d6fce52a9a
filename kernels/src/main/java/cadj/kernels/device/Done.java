package cadj.kernels.device;

/// What a library has done of a product or a convolution that something is to be added to.
public enum Done {
  /// Nothing: it does not do this one. The result is as it was before.
  NOTHING,
  /// All but the addends.
  WITHOUT_ADDENDS,
  ALL
}
