package cadj.cad.method.oneshot;

import static cadj.tensor.shape.Require.require;

import cadj.cad.attribution.AttributionSettings;
import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.attribution.ScoredSteps;
import cadj.models.denoiser.Sites;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// How weights are scored: [AttributionSettings] but for the texts and the seed, which a task has.
///
/// @param samples noise samples
/// @param guidance weight of the prompt while latents are sampled
/// @param pictures how many are drawn to amplify on
public record Scoring(
    Mode mode,
    Estimator estimator,
    List<Sites> sites,
    ScoredSteps steps,
    int samples,
    double guidance,
    int pictures) {
  public Scoring {
    require(samples >= 1, "samples: expected at least 1, got %d", samples);
    require(pictures >= 1, "pictures: expected at least 1, got %d", pictures);
  }

  AttributionSettings of(
      String concept, String prompt, String base, ObjectiveKind objective, long seed) {
    return new AttributionSettings(
        concept,
        List.of(prompt),
        base,
        objective,
        mode,
        estimator,
        steps,
        samples,
        guidance,
        seed,
        sites);
  }

  void addTo(SequencedMap<String, String> settings) {
    settings.put("mode", mode.name().toLowerCase(Locale.ROOT));
    settings.put("estimator", estimator.name());
    settings.put("sites", sites.stream().map(Sites::toString).collect(Collectors.joining(",")));
    settings.put("scheduler", steps.sampler().name().toLowerCase(Locale.ROOT));
    settings.put("schedule_steps", Integer.toString(steps.scheduleSteps()));
    settings.put("steps", Integer.toString(steps.steps()));
    settings.put("samples", Integer.toString(samples));
    settings.put("guidance", Double.toString(guidance));
    settings.put("pictures", Integer.toString(pictures));
  }
}
