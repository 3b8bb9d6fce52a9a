package cadj.cad.evaluate;

import cadj.cad.attribution.Estimators;
import cadj.cad.prediction.PredictionSettings;
import java.util.List;

/// How well attributions predict what zeroing sets of weights does ([PredictionSettings#standard]).
///
/// @param methods estimators by name
public record PredictionPlan(
    String name,
    String about,
    List<String> concepts,
    List<String> methods,
    List<Long> seeds,
    String hash)
    implements Protocol {
  PredictionSettings settings(long seed) {
    return PredictionSettings.standard(methods.stream().map(Estimators::named).toList(), seed);
  }

  @Override
  public PredictionPlan only(
      List<String> someConcepts, List<String> someMethods, List<Long> someSeeds) {
    return new PredictionPlan(name, about, someConcepts, someMethods, someSeeds, hash);
  }
}
