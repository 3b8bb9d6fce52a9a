package cadj.models.denoiser;

import java.util.Locale;

/// Kinds of parameters to attribute to, as `--sites` names them. [Denoiser#isSite] says which
/// parameters of a denoiser are of a kind; those of text encoders have kinds of their own.
public enum Sites {
  /// The matrices of the feed-forward layers, as in the paper.
  FF,
  /// The matrices of self- and cross-attention.
  ATTENTION,
  /// The kernels of convolutions.
  CONVOLUTION,
  /// Scales and shifts of normalisations.
  NORM,
  /// Every parameter of the denoiser.
  ALL,
  /// The matrices of the text encoders' feed-forward layers.
  TEXT_FF,
  /// The matrices of the text encoders' attention.
  TEXT_ATTENTION,
  /// Scales and shifts of the text encoders' normalisations.
  TEXT_NORM,
  /// The text encoders' embeddings of tokens and positions.
  TEXT_EMBEDDINGS,
  /// Every parameter of the text encoders.
  TEXT_ALL;

  /// Whether its parameters are text encoders'.
  public boolean isOfText() {
    return switch (this) {
      case FF, ATTENTION, CONVOLUTION, NORM, ALL -> false;
      case TEXT_FF, TEXT_ATTENTION, TEXT_NORM, TEXT_EMBEDDINGS, TEXT_ALL -> true;
    };
  }

  /// As `--sites` and files name it: `text-ff`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
