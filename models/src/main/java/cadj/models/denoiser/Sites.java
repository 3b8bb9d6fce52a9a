package cadj.models.denoiser;

import java.util.Locale;

/// Kinds of parameters to attribute to, as `--sites` names them. [Denoiser#isSite] says which
/// parameters of a model are of a kind.
public enum Sites {
  /// The matrices of the feed-forward layers, as in the paper.
  FF,
  /// The matrices of self- and cross-attention.
  ATTENTION,
  /// The kernels of convolutions.
  CONVOLUTION,
  /// Scales and shifts of normalisations.
  NORM,
  /// Every parameter.
  ALL;

  /// As `--sites` names it: lower-case, words joined with hyphens.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
