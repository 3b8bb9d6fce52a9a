package cadj.cad.method.oneshot;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.AttributionSettings;
import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.Estimators;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Contrast;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.TargetPrompt;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.SchedulerConfig;
import cadj.tensor.Tensor;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.DoubleStream;

/// CAD-Erase and CAD-Amplify: zeroes the weights with the highest scores for the concept, or those
/// with the lowest ([Ablation]).
///
/// Scored is the task's first target, mostly the bare name, over what is to be drawn instead.
///
/// @param name as catalogues and tables have it
public record OneShot(String name, Scoring scoring, Selection selection) implements EditMethod {
  /// The paper's, with four noise samples of ten steps each.
  public static final OneShot PLAIN = corrected("cad-one-shot", new FirstOrder(), 1, false);

  /// The published code's procedure, quirks included.
  public static final OneShot REFERENCE =
      new OneShot(
          "cad-reference",
          new Scoring(
              Mode.REFERENCE,
              new FirstOrder(),
              List.of(Sites.FF),
              new ScoredSteps(Scheduler.Kind.DDIM, 50, 10),
              1,
              3,
              8),
          PLAIN.selection);

  /// Scores set against those of what is preserved.
  public static final OneShot CONTRAST = corrected("cad-contrast", new FirstOrder(), 1, true);

  /// The same share of the weights in five rounds.
  public static final OneShot ROUNDS = corrected("cad-rounds", new FirstOrder(), 5, false);

  /// Scores by the best estimator that there is.
  public static final OneShot CALIBRATED =
      corrected("cad-calibrated", Estimators.standard(Mode.CORRECTED), 1, false);

  /// Strengths from which an edit can be chosen.
  private static final double[] RATIOS = {0.01, 0.02, 0.03, 0.05, 0.1, 0.2};

  private static OneShot corrected(String name, Estimator estimator, int rounds, boolean contrast) {
    return new OneShot(
        name,
        new Scoring(
            Mode.CORRECTED,
            estimator,
            List.of(Sites.FF),
            new ScoredSteps(Scheduler.Kind.DDIM, 10, 10),
            4,
            3,
            8),
        new Selection(Ablation.Per.ROW, 0.05, 1, rounds, contrast));
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    scoring.addTo(out);
    selection.addTo(out);
    return out;
  }

  @Override
  public OneShot with(SettingValues values) {
    return new OneShot(name, Scoring.of(values), Selection.of(values));
  }

  @Override
  public OneShot on(SchedulerConfig schedule) {
    return new OneShot(name, scoring.on(name, schedule), selection);
  }

  /// Ratios, each with an estimator for it.
  @Override
  public List<EditMethod> ladder() {
    return DoubleStream.of(RATIOS)
        .<EditMethod>mapToObj(
            ratio -> new OneShot(name, scoring.forShare(ratio), selection.withRatio(ratio)))
        .toList();
  }

  @Override
  public Set<EditTask.Goal> goals() {
    return EnumSet.allOf(EditTask.Goal.class);
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    require(
        !selection.contrast() || !task.preserve().isEmpty(),
        "%s: expected prompts to preserve, which scores are set against",
        name);
    Ablation.Which which =
        switch (task.goal()) {
          case ERASE -> Ablation.Which.POSITIVE;
          case AMPLIFY -> Ablation.Which.NEGATIVE;
        };
    TextToImage unedited =
        task.pipeline().withDenoiser(task.cost().counted(task.pipeline().denoiser()));
    SequencedMap<String, int[]> chosen = new LinkedHashMap<>();
    for (int round = 1; round <= selection.rounds(); round++) {
      TextToImage pipeline =
          round == 1
              ? unedited
              : Patch.dosed(chosen, selection.dose(), unedited.parameters(), Map.of())
                  .apply(unedited);
      SequencedMap<String, Tensor> scores = scores(task, pipeline, which, progress);
      chosen =
          selection
              .ablation(which, round)
              .select(first(scores, chosen, which), unedited.denoiser()::heads);
    }
    return Patch.dosed(chosen, selection.dose(), unedited.parameters(), Map.of());
  }

  private SequencedMap<String, Tensor> scores(
      EditTask task, TextToImage pipeline, Ablation.Which which, Progress progress) {
    TargetPrompt target = task.targets().getFirst();
    SequencedMap<String, Tensor> scores =
        scores(task, pipeline, target.prompt(), target.instead(), true, progress);
    if (!selection.contrast()) {
      return scores;
    }
    Contrast contrast = new Contrast();
    for (String other : task.preserve()) {
      if (!other.equals(target.instead())) { // which adds nothing to itself
        contrast.add(scores(task, pipeline, other, target.instead(), false, progress));
      }
    }
    return contrast.of(scores, which);
  }

  private SequencedMap<String, Tensor> scores(
      EditTask task,
      TextToImage pipeline,
      String prompt,
      String base,
      boolean isTarget,
      Progress progress) {
    ObjectiveKind objective =
        switch (task.goal()) {
          case ERASE -> ObjectiveKind.ERASE;
          case AMPLIFY -> ObjectiveKind.AMPLIFY;
        };
    AttributionSettings settings = scoring.of(task.concept(), prompt, base, objective, task.seed());
    String what = "scoring \"" + prompt + "\"";
    Tensor inputs =
        ScoredInputs.of(task, pipeline, settings, scoring.pictures(), isTarget, progress);
    return settings
        .unsaved(pipeline, inputs)
        .run(false, (done, total) -> progress.at(what, done, total))
        .scores();
  }

  /// The scores with what was chosen in earlier rounds in front, where it is chosen again: weights
  /// of 0 score nothing by themselves.
  private static SequencedMap<String, Tensor> first(
      SequencedMap<String, Tensor> scores, Map<String, int[]> chosen, Ablation.Which which) {
    float front =
        which == Ablation.Which.POSITIVE ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    SequencedMap<String, Tensor> out = new LinkedHashMap<>(scores);
    chosen.forEach(
        (name, indices) -> {
          Tensor score = requireNonNull(scores.get(name));
          float[] values = score.toFloats();
          for (int i : indices) {
            values[i] = front;
          }
          out.put(name, Tensor.of(values, score.shape().toArray()));
        });
    return out;
  }
}
