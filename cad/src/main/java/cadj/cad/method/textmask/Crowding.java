package cadj.cad.method.textmask;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How near other preserved concepts one stands. What has near neighbours ("shirt": "t-shirt",
/// "pullover") is drawn as one of these after a change that leaves others what they are, so its
/// prompts are to hold more firmly:
///
/// ```
/// c(k) = Σ over l ≠ k of 1/D(k, l)²
/// weight of the prompts x_t(k) = min(100, (c(k)/min c)^strength), of all others 1
/// ```
///
/// with D and x_t(k) of [ConceptDistances], k and l without the erased concept. Two names of one
/// embedding ("Bag" and "bag") are one concept, and no neighbours.
final class Crowding {
  private static final double MOST = 100;

  /// Of the largest distance: what is nearer is the same.
  private static final double SAME = 1e-9;

  private Crowding() {}

  /// @return by preserved prompt; 1 for each if there are fewer than two such concepts
  static double[] weights(ConceptDistances distances, List<String> preserve, double strength) {
    double[] weights = new double[preserve.size()];
    Arrays.fill(weights, 1);
    int n = distances.concepts().size();
    if (n < 3) {
      return weights;
    }
    double[] crowding = new double[n];
    double same =
        SAME * Arrays.stream(distances.squared()).flatMapToDouble(Arrays::stream).max().orElse(0);
    double least = Double.POSITIVE_INFINITY;
    for (int k = 1; k < n; k++) {
      for (int l = 1; l < n; l++) {
        double d = distances.squared()[k][l];
        crowding[k] += d <= same ? 0 : Math.pow(d, -2);
      }
      least = crowding[k] > 0 ? Math.min(least, crowding[k]) : least;
    }
    Map<String, Double> byPrompt = new HashMap<>();
    for (List<String> prompts : distances.prompts()) {
      for (int k = 1; k < n; k++) {
        double weight = crowding[k] > 0 ? Math.pow(crowding[k] / least, strength) : 1;
        byPrompt.put(prompts.get(k), Math.min(MOST, weight));
      }
    }
    for (int p = 0; p < weights.length; p++) {
      weights[p] = byPrompt.getOrDefault(preserve.get(p), 1.0);
    }
    return weights;
  }
}
