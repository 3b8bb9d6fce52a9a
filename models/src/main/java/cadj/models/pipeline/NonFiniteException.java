package cadj.models.pipeline;

/// Values that must be numbers are NaN or infinite. The message says where they first appear, and
/// when.
///
/// `NaN in up_blocks.1.resnets.0.conv1 of the denoiser at step 3 of 50, whose weight has NaN`
public final class NonFiniteException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final boolean weights;

  NonFiniteException(String message, boolean weights) {
    super(message);
    this.weights = weights;
  }

  /// Whether the model's weights have such values already; else they came of computing.
  public boolean isInWeights() {
    return weights;
  }
}
