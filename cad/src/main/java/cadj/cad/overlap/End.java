package cadj.cad.overlap;

/// The two ends of a ranking of scores.
public enum End {
  /// The highest scores above 0: weights that make a concept appear.
  POSITIVE(1),
  /// The lowest scores below 0: weights that hold it back.
  NEGATIVE(-1);

  private final int sign;

  End(int sign) {
    this.sign = sign;
  }

  /// The score's size at this end, above 0 only there.
  float size(float score) {
    return sign * score;
  }

  /// As output names it.
  @Override
  public String toString() {
    return this == POSITIVE ? "positive" : "negative";
  }
}
