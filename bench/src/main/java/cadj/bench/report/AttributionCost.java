package cadj.bench.report;

import cadj.bench.race.Outcome;
import cadj.bench.race.Times;
import java.util.ArrayList;
import java.util.List;

/// What a whole erase attribution of fifty steps costs, put together from measured pieces.
///
/// As published with PyTorch: for k = 1 … 50, k guided steps and an erase step, so 1,275 guided
/// steps; a guided step is a forward pass of batch 2. Ours, mode `corrected`: one trajectory with
/// an erase step at each of its steps, whose two passes, with the concept and without, are what the
/// guided step needs.
public final class AttributionCost {
  private static final int STEPS = 50;
  private static final int PUBLISHED_GUIDED_STEPS = STEPS * (STEPS + 1) / 2;

  private AttributionCost() {}

  /// One line for each size of which all pieces were measured.
  public static List<String> lines(List<Outcome> outcomes) {
    List<String> lines = new ArrayList<>();
    for (Outcome forward : outcomes) {
      for (Outcome erase : outcomes) {
        if (forward.entry().name().equals("unet forward-batch-2")
            && erase.entry().name().equals("erase step")
            && forward.entry().shape().equals(erase.entry().shape())) {
          lines.addAll(line(forward, erase));
        }
      }
    }
    return lines;
  }

  private static List<String> line(Outcome forward, Outcome erase) {
    double theirForward = seconds(forward, "PyTorch");
    double theirErase = seconds(erase, "PyTorch published");
    double theirs = PUBLISHED_GUIDED_STEPS * theirForward + STEPS * theirErase;
    double ourErase = erase.ours().median();
    double ours = STEPS * ourErase;
    return Double.isNaN(theirs)
        ? List.of()
        : List.of(
            "erase attribution, %d steps, %s: published, PyTorch %d × %.2f s + %d × %.2f s = %.0f s; ours, corrected %d × %.2f s = %.0f s: %.1f times less"
                .formatted(
                    STEPS,
                    forward.entry().shape(),
                    PUBLISHED_GUIDED_STEPS,
                    theirForward,
                    STEPS,
                    theirErase,
                    theirs,
                    STEPS,
                    ourErase,
                    ours,
                    theirs / ours));
  }

  private static double seconds(Outcome outcome, String peer) {
    return outcome.peers().stream()
        .filter(times -> times.name().equals(peer))
        .findFirst()
        .map(Times::median)
        .orElse(Double.NaN);
  }
}
