package cadj.cad.method.oneshot;

import static cadj.tensor.shape.Require.require;

import cadj.cad.attribution.AttributionSettings;
import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.Estimators;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.method.SettingValues;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.SchedulerConfig;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final Pattern STEPS = Pattern.compile("(\\d{1,6})(?:/(\\d{1,6}))?");

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

  /// The same with an estimator for sets of the share `ratio`, if it is made for a share.
  Scoring forShare(double ratio) {
    return new Scoring(mode, estimator.forShare(ratio), sites, steps, samples, guidance, pictures);
  }

  /// The same for a model with this schedule.
  Scoring on(String method, SchedulerConfig schedule) {
    mode.requireFits(method, schedule);
    ScoredSteps its =
        new ScoredSteps(schedule.orOfFlow(steps.sampler()), steps.scheduleSteps(), steps.steps());
    return new Scoring(mode, estimator, sites, its, samples, guidance, pictures);
  }

  void addTo(SequencedMap<String, String> settings) {
    settings.put("mode", SettingValues.lower(mode));
    settings.put("estimator", estimator.name());
    settings.put("sites", SettingValues.list(sites));
    settings.put("scheduler", SettingValues.lower(steps.sampler()));
    settings.put("steps", text(steps));
    settings.put("samples", Integer.toString(samples));
    settings.put("guidance", Double.toString(guidance));
    settings.put("pictures", Integer.toString(pictures));
  }

  /// What [#addTo] wrote.
  static Scoring of(SettingValues values) {
    return new Scoring(
        values.oneOf("mode", Mode.values()),
        Estimators.named(values.text("estimator")),
        values.someOf("sites", Sites.values()),
        steps(values),
        values.integer("samples"),
        values.number("guidance"),
        values.integer("pictures"));
  }

  /// `10/50`: so many of the schedule's steps; `10`: all of so many.
  private static String text(ScoredSteps steps) {
    return steps.steps() == steps.scheduleSteps()
        ? Integer.toString(steps.steps())
        : steps.steps() + "/" + steps.scheduleSteps();
  }

  private static ScoredSteps steps(SettingValues values) {
    String text = values.text("steps");
    Matcher found = STEPS.matcher(text);
    require(
        found.matches(),
        "%s: steps: expected a number such as 10, or such as 10/50 for some of a schedule's, got"
            + " %s",
        values.method(),
        text);
    int scored = Integer.parseInt(found.group(1));
    int all = found.group(2) == null ? scored : Integer.parseInt(found.group(2));
    return new ScoredSteps(values.oneOf("scheduler", Scheduler.Kind.values()), all, scored);
  }
}
