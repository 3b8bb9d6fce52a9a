package cadj.cad.trace;

import cadj.cad.statistics.Bootstrap;
import cadj.cad.statistics.Interval;
import cadj.cad.statistics.Resamples;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An intervention's effect: of each sample, their mean, and how far to trust it.
///
/// @param interval BCa over samples drawn with replacement; unknown of fewer than five, whose
///   resamples say little more than their largest and smallest
public record Effect(double[] samples, double mean, Interval interval) {
  private static final int DRAWS = 2000;
  private static final int FEWEST = 5;

  static Effect of(double[] samples, long seed) {
    Bootstrap bootstrap = Bootstrap.mean(Resamples.items(samples.length, DRAWS, seed), samples);
    return new Effect(
        samples,
        bootstrap.estimate(),
        samples.length < FEWEST ? Interval.UNKNOWN : bootstrap.bca(Interval.LEVEL));
  }

  /// For machines; no interval where nothing can be said.
  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> out = new LinkedHashMap<>();
    out.put("mean", mean);
    out.put("low", interval.isKnown() ? interval.low() : null);
    out.put("high", interval.isKnown() ? interval.high() : null);
    out.put("samples", samples);
    return out;
  }
}
