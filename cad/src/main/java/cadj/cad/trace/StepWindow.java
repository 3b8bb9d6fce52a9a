package cadj.cad.trace;

import static cadj.tensor.shape.Require.require;

import java.util.ArrayList;
import java.util.List;

/// Some consecutive calls of the denoiser, at which an intervention acts.
///
/// @param from the first, counted from 0
/// @param to the one after the last
public record StepWindow(int from, int to) {
  public StepWindow {
    require(from >= 0 && to > from, "step window: expected 0 ≤ from < to, got %d, %d", from, to);
  }

  /// All calls, then windows of `size` of them one behind the other, of which the last may be
  /// shorter; none of these where there would be one.
  public static List<StepWindow> of(int calls, int size) {
    require(size >= 1, "--step-window: expected at least 1, got %d", size);
    List<StepWindow> out = new ArrayList<>();
    out.add(new StepWindow(0, calls));
    if (size < calls) {
      for (int from = 0; from < calls; from += size) {
        out.add(new StepWindow(from, Math.min(calls, from + size)));
      }
    }
    return out;
  }

  boolean has(int call) {
    return call >= from && call < to;
  }

  /// Counted from 1: `1-5`, or `5`.
  @Override
  public String toString() {
    return to - from == 1 ? Integer.toString(to) : (from + 1) + "-" + to;
  }
}
