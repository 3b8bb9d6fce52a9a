package cadj.cad.trace;

import cadj.cad.attribution.AttributionResult;
import java.util.List;

/// What CAD says of some modules' parameters: the sums of their positive and of their negative
/// scores, and how they spread over the windows of a trace.
///
/// @param weights how many were scored; 0 where nothing is known of these modules
/// @param positiveByWindow of the window of all calls, `positive`; of others the positive scores at
///   each of the scored time steps that are nearest to one of its calls, added up. Since a weight
///   may work for the concept at one step and against it at another, these come to more than the
///   whole
/// @param negativeByWindow likewise, ≤ 0
public record ModuleScores(
    long weights,
    double positive,
    double negative,
    double[] positiveByWindow,
    double[] negativeByWindow) {
  /// Of the parameters of `modules`.
  ///
  /// @param timesteps of the trace's calls
  static ModuleScores of(
      AttributionResult attribution,
      List<String> modules,
      double[] timesteps,
      List<StepWindow> windows) {
    long weights = 0;
    double positive = 0;
    double negative = 0;
    double[] up = new double[windows.size()];
    double[] down = new double[windows.size()];
    int row = -1;
    for (var scores : attribution.scores().entrySet()) {
      row++;
      if (modules.stream().noneMatch(module -> scores.getKey().startsWith(module + "."))) {
        continue;
      }
      weights += scores.getValue().elements();
      for (float s : scores.getValue().toFloats()) {
        positive += Math.max(s, 0);
        negative += Math.min(s, 0);
      }
      for (int step = 0; step < attribution.timesteps().length; step++) {
        int call = nearest(timesteps, attribution.timesteps()[step]);
        for (int w = 1; w < up.length; w++) {
          if (windows.get(w).has(call)) {
            up[w] += attribution.positive()[row][step];
            down[w] += attribution.negative()[row][step];
          }
        }
      }
    }
    up[0] = positive;
    down[0] = negative;
    return new ModuleScores(weights, positive, negative, up, down);
  }

  /// The first of the nearest.
  private static int nearest(double[] timesteps, double t) {
    int best = 0;
    for (int i = 1; i < timesteps.length; i++) {
      if (Math.abs(timesteps[i] - t) < Math.abs(timesteps[best] - t)) {
        best = i;
      }
    }
    return best;
  }
}
