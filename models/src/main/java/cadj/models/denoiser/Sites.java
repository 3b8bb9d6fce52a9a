package cadj.models.denoiser;

/// Kinds of parameters, as `--sites` names them. Which parameters of a model are of a kind is for
/// the model to say: [Denoiser#isSite].
public enum Sites {
  /// The matrices of the feed-forward layers: what the paper edits.
  FF,
  /// The matrices of self- and cross-attention.
  ATTENTION,
  /// The kernels of convolutions.
  CONVOLUTION,
  /// Scales and shifts of normalisations.
  NORM,
  /// Every parameter.
  ALL
}
