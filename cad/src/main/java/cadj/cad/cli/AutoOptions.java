package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Provenance;
import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.smallest.Requirement;
import cadj.cad.method.smallest.SmallestEdit;
import cadj.cad.method.smallest.Trial;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.SchedulerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that ask for the smallest edit that suffices.
final class AutoOptions {
  /// Few steps of a fast sampler: enough to tell what a picture shows.
  private static final int STEPS = 10;

  /// Guidance as the embedded models are measured, and as others are mostly used.
  private static final double EMBEDDED_GUIDANCE = 4;

  private static final double GUIDANCE = 7.5;

  @Option(
      names = "--auto",
      description =
          "Find the weakest edit that suffices: strengths of the method are judged on validation"
              + " noise, weaker ones first, and the one that does is confirmed on noise that it was"
              + " not chosen on. Where none does, nothing is written.")
  private boolean auto;

  @Option(
      names = "--keep",
      defaultValue = "0.95",
      paramLabel = "SHARE",
      description =
          "How much of what the unedited model gets right for the preserved prompts must be left"
              + " (default: ${DEFAULT-VALUE}).")
  private double keep = 0.95;

  @Option(
      names = "--gone",
      defaultValue = "0.05",
      paramLabel = "SHARE",
      description =
          "In how many of the targets' pictures the concept may still be seen (default:"
              + " ${DEFAULT-VALUE}).")
  private double gone = 0.05;

  @Option(
      names = "--pictures",
      defaultValue = "24",
      paramLabel = "N",
      description =
          "Pictures of the targets for each judgement; of the preserved prompts at least twice as"
              + " many (default: ${DEFAULT-VALUE}).")
  private int pictures = 24;

  /// What is missing, or null.
  @Nullable String missing() {
    return auto ? null : "expected --auto beside --keep, --gone, --pictures";
  }

  Requirement requirement() {
    require(pictures >= 1, "--pictures: expected at least 1, got %d", pictures);
    require(keep > 0 && keep <= 1, "--keep: expected above 0 to 1, got %s", keep);
    require(gone >= 0 && gone < 1, "--gone: expected 0 to below 1, got %s", gone);
    return new Requirement(gone, keep);
  }

  SmallestEdit find(EditMethod method, EditTask task, EditMethod.Progress progress) {
    require(
        task.judge() != null,
        "--auto: expected a judge of pictures that knows \"%s\": the model's own, or one by"
            + " --judge",
        task.concept());
    return SmallestEdit.find(
        method,
        task,
        requirement(),
        sampling(task.judge(), task.pipeline().schedule()),
        pictures,
        progress);
  }

  /// How pictures are drawn of which only what they show is looked at.
  static TextToImage.Settings sampling(@Nullable Judge judge, SchedulerConfig schedule) {
    double guidance = judge instanceof FashionJudge ? EMBEDDED_GUIDANCE : GUIDANCE;
    return new TextToImage.Settings(STEPS, guidance, schedule.orOfFlow(Scheduler.Kind.DPMPP_2M));
  }

  /// What was tried, a line each.
  static void tell(Terminal terminal, List<Trial> trials) {
    terminal.say("%-44s %-12s %16s %6s", "strength", "noise", "target", "kept");
    for (Trial trial : trials) {
      terminal.say(
          "%-44s %-12s %7.3f → %6.3f %6.3f%s",
          strength(trial, trials),
          trial.isConfirming() ? "confirming" : "validation",
          trial.before(),
          trial.target(),
          trial.kept(),
          trial.holds() ? "  suffices" : "");
    }
  }

  /// The settings in which the trials differ; all, if there is but one.
  private static String strength(Trial trial, List<Trial> trials) {
    Map<String, String> own = trial.method().settings();
    return own.entrySet().stream()
        .filter(
            setting ->
                trials.stream()
                    .anyMatch(
                        other ->
                            !setting
                                .getValue()
                                .equals(other.method().settings().get(setting.getKey()))))
        .map(setting -> setting.getKey() + " " + setting.getValue())
        .collect(Collectors.collectingAndThen(Collectors.joining(", "), AutoOptions::orAll));
  }

  private static String orAll(String differing) {
    return differing.isEmpty() ? "as asked for" : differing;
  }

  /// @throws CommandFailure saying how near the nearest came, if none suffices
  SmallestEdit.Chosen chosen(SmallestEdit search) {
    return search
        .chosen()
        .orElseThrow(
            () -> {
              Trial best = search.nearest(requirement());
              return new CommandFailure(
                  "--auto: no edit found: the nearest, %s, leaves the concept in %.3f of its pictures (%.3f allowed) and keeps %.3f of the rest (%.3f required)"
                      .formatted(
                          strength(best, search.trials()), best.target(), gone, best.kept(), keep));
            });
  }

  /// What a patch says about the choice.
  Map<String, String> metadata(List<Trial> trials) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("keep", Double.toString(keep));
    out.put("gone", Double.toString(gone));
    out.put("judged_pictures", Integer.toString(pictures));
    out.put("trials", Provenance.json(trials.stream().map(Trial::json).toList()));
    return out;
  }
}
