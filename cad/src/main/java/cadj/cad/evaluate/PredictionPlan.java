package cadj.cad.evaluate;

import cadj.cad.attribution.Estimators;
import cadj.cad.prediction.PredictionSettings;
import java.util.List;

/// How well attributions predict what zeroing sets of weights does.
///
/// @param methods estimators by name
/// @param sets that are zeroed, and what is measured of them
public record PredictionPlan(
    String name,
    String about,
    List<String> concepts,
    List<String> methods,
    List<Long> seeds,
    PredictedSets sets,
    String hash)
    implements Protocol {
  PredictionSettings settings(long seed) {
    return PredictionSettings.standard(methods.stream().map(Estimators::named).toList(), seed)
        .with(sets.sites(), sets.truths(), sets.groups());
  }

  @Override
  public PredictionPlan only(
      List<String> someConcepts, List<String> someMethods, List<Long> someSeeds) {
    return new PredictionPlan(name, about, someConcepts, someMethods, someSeeds, sets, hash);
  }
}
