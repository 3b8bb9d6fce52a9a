package cadj.cad.profile.run;

import java.util.Locale;

/// What an operation was part of.
public enum Pass {
  FORWARD,
  BACKWARD,
  /// The forward pass of a checkpointed block, again, during the backward pass.
  RECOMPUTE;

  /// For tables.
  public String words() {
    return name().toLowerCase(Locale.ROOT);
  }
}
