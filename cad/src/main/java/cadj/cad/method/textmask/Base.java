package cadj.cad.method.textmask;

/// Where targets are sent.
public enum Base {
  /// To a concept that stays ([Anchor]): a small move, to where the model draws something else for
  /// certain.
  ANCHOR,
  /// To what the task says is to be drawn instead, such as the prompt without the concept.
  INSTEAD
}
