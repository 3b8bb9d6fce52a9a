package cadj.kernels.macro;

/// What a name stands for.
sealed interface Value {
  /// What replaces the name in a line.
  String text();

  record Whole(long value) implements Value {
    @Override
    public String text() {
      return Long.toString(value);
    }
  }

  /// Such as `f32`.
  ///
  /// @param isName whether it stood in an expression and named no value
  record Word(String text, boolean isName) implements Value {}

  /// An argument of a macro, which in an expression is evaluated where it was given.
  record Argument(String text, Scope scope) implements Value {}
}
