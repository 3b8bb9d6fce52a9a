package cadj.cad.overlap;

/// The two signs of scores, whose rankings are compared.
public enum Sign {
  /// Scores above 0, the highest first: weights that make a concept appear.
  POSITIVE(1),
  /// Scores below 0, the lowest first: weights that hold it back.
  NEGATIVE(-1);

  private final int sign;

  Sign(int sign) {
    this.sign = sign;
  }

  /// The score's size, above 0 only where it has this sign.
  float size(float score) {
    return sign * score;
  }

  /// As output names it.
  @Override
  public String toString() {
    return this == POSITIVE ? "positive" : "negative";
  }
}
