package cadj.cad.trace;

import java.util.Locale;

/// What an intervention does, and so what its effect is.
public enum Procedure {
  /// The clean run's activation in a corrupted run: the effect is what comes back of the concept.
  RESTORE,
  /// Another prompt for some cross-attention layers of the clean run: the effect is what goes.
  SWAP;

  /// As files and options name it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
