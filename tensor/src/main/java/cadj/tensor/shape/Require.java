package cadj.tensor.shape;

/// One-line argument checks whose messages say operation, argument, expected and got.
public final class Require {
  private Require() {}

  /// @throws IllegalArgumentException with the formatted message unless `condition` holds
  public static void require(boolean condition, String message, Object... args) {
    if (!condition) {
      throw new IllegalArgumentException(message.formatted(args));
    }
  }
}
