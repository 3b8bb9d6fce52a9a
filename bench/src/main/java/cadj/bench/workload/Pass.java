package cadj.bench.workload;

import java.util.Locale;

/// What of an operation is computed.
public enum Pass {
  FORWARD,
  BACKWARD;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
