package cadj.kernels.macro;

/// A template that is not well-formed. The message has file, line and what is wrong.
public final class MacroException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /// Callers named in a message, the innermost first.
  private static final int MOST_CALLERS = 3;

  private final int callers;

  MacroException(String place, String trouble) {
    this(place + ": " + trouble, 0);
  }

  private MacroException(String message, int callers) {
    super(message);
    this.callers = callers;
  }

  /// The same, told with the place of the expansion in which it happened.
  MacroException calledAt(String place) {
    return callers >= MOST_CALLERS
        ? this
        : new MacroException(getMessage() + ", expanded at " + place, callers + 1);
  }
}
