package cadj.cad.demo;

import cadj.autograd.ops.Cat;
import cadj.cad.attribution.AmplifyObjective;
import cadj.cad.attribution.AmplifyPoints;
import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.ConceptPictures;
import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.Objective;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.attribution.Points;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Patch;
import cadj.cad.evaluate.Verdicts;
import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.cad.method.Cost;
import cadj.cad.method.DefaultPrompts;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.catalogue.EditMethods;
import cadj.kernels.random.TorchGenerator;
import cadj.models.classifier.ResNetClassifier;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Erases an object and a style from the embedded model, amplifies its weakest object, and measures
/// what that did to the concept and to everything else, for several ratios and noise seeds.
public final class Demo {
  /// The object and the style to erase, and the object that the model draws worst.
  private static final String OBJECT = "sandal";

  private static final String STYLE = "neon sign";
  private static final String WEAKEST = "shirt";

  private static final List<Long> SEEDS = List.of(1L, 2L);
  private static final ScoredSteps SCORED = new ScoredSteps(Scheduler.Kind.DDIM, 10, 10);
  private static final int SAMPLES = 8;
  private static final double GUIDANCE = 3;
  private static final long DRAWING_SEED = 7;

  private final Studio studio;
  private final Progress progress;

  /// Is told what is being done.
  @FunctionalInterface
  public interface Progress {
    /// @param done stages done of [#STAGES]
    void at(String stage, int done);
  }

  /// Number of stages.
  public static final int STAGES = 7;

  private Demo(Studio studio, Progress progress) {
    this.studio = studio;
    this.progress = progress;
  }

  /// What one run of the demonstration found.
  ///
  /// @param original every caption, drawn with the model as it is
  /// @param objectAccuracy of the original sheet
  /// @param styleAccuracy of the original sheet
  record Findings(
      BufferedImage original, double objectAccuracy, double styleAccuracy, List<Study> studies) {}

  static Findings run(Progress progress) {
    ModelFiles folder = ModelFiles.open("fashion");
    Studio studio = new Studio(TextToImage.load(folder), folder.classifier(), DRAWING_SEED);
    return new Demo(studio, progress).run();
  }

  private Findings run() {
    ResNetClassifier classifier = studio.classifier();
    progress.at("drawing ten objects in four styles", 0);
    Judged original = judged(studio.pipeline().denoiser(), Caption.all(classifier));
    List<Study> studies = new ArrayList<>();
    studies.add(erase(Concept.object(classifier, OBJECT), List.of(0.02, 0.05, 0.1), 0.05, 4, 1));
    studies.add(erase(Concept.style(classifier, STYLE), List.of(0.03, 0.04, 0.05), 0.04, 1, 3));
    studies.add(amplify(Concept.object(classifier, WEAKEST), List.of(0.01, 0.02), 0.02, 5, 5));
    progress.at("done", STAGES);
    return new Findings(
        original.sheet,
        original.verdicts.all(Concept.Kind.OBJECT.toString()).share(),
        original.verdicts.all(Concept.Kind.STYLE.toString()).share(),
        studies);
  }

  private Study erase(Concept concept, List<Double> ratios, double shown, int times, int stage) {
    progress.at("attributing \"" + concept.name() + "\"", stage);
    List<AttributionResult> attributions = new ArrayList<>();
    for (long seed : SEEDS) {
      Tensor noise =
          TextToImage.noise(studio.pipeline().latentShape(SAMPLES), new TorchGenerator(seed));
      attributions.add(
          attribute(
              new EraseCorrected(
                  studio.pipeline(), List.of(concept.name()), "", noise, SCORED, GUIDANCE, seed),
              new EraseObjective(true)));
    }
    progress.at("erasing \"" + concept.name() + "\"", stage + 1);
    return study(concept, ObjectiveKind.ERASE, attributions, ratios, shown, times);
  }

  private Study amplify(Concept concept, List<Double> ratios, double shown, int times, int stage) {
    progress.at("attributing \"" + concept.name() + "\"", stage);
    Tensor latents = recognised(concept);
    List<AttributionResult> attributions = new ArrayList<>();
    for (long seed : SEEDS) {
      attributions.add(
          attribute(
              new AmplifyPoints(
                  studio.pipeline(),
                  List.of(concept.name()),
                  latents,
                  1,
                  seed,
                  SCORED,
                  Mode.CORRECTED),
              new AmplifyObjective()));
    }
    progress.at("amplifying \"" + concept.name() + "\"", stage + 1);
    return study(concept, ObjectiveKind.AMPLIFY, attributions, ratios, shown, times);
  }

  /// Latents of those of the model's own pictures of a concept in which the classifier sees it.
  private Tensor recognised(Concept concept) {
    return Scope.keep(
        "recognised pictures",
        () -> {
          List<Caption> captions = new ArrayList<>();
          for (Caption caption : studio.sample(concept, 6)) {
            if (concept.isIn(caption)) {
              captions.add(caption);
            }
          }
          Tensor pictures = studio.draw(studio.pipeline().denoiser(), captions);
          Verdicts verdicts = studio.judge(captions, pictures);
          List<Tensor> right = new ArrayList<>();
          for (int n = 0; n < captions.size(); n++) {
            if (verdicts.isRight(n, concept.kind().toString())) {
              right.add(pictures.slice(0, n, n + 1));
            }
          }
          Tensor kept = Cat.cat(0, right.toArray(Tensor[]::new));
          return ConceptPictures.real(studio.pipeline(), kept, DRAWING_SEED);
        });
  }

  private static AttributionResult attribute(Points points, Objective objective) {
    SequencedMap<String, Tensor> watched = points.denoiser().parameters(List.of(Sites.FF));
    return new Attribution(
            points, objective, new FirstOrder(), watched, Map.of(), null, Attribution.SAVING_SHARE)
        .run(false, Attribution.Progress.NONE);
  }

  private Study study(
      Concept concept,
      ObjectiveKind objective,
      List<AttributionResult> attributions,
      List<Double> ratios,
      double shown,
      int times) {
    List<Caption> captions = studio.sample(concept, times);
    Judged before = judged(studio.pipeline().denoiser(), captions);
    BufferedImage sheet = before.sheet;
    List<Measurement> measurements = new ArrayList<>();
    for (double ratio : ratios) {
      for (int i = 0; i < SEEDS.size(); i++) {
        Patch patch = patch(objective, attributions.get(i), ratio);
        Judged after = judged(patch.apply(studio.pipeline().denoiser()), captions);
        measurements.add(
            Measurement.of(
                concept, SEEDS.get(i), ratio, patch.size(), before.verdicts, after.verdicts));
        if (ratio == shown && i == 0) {
          sheet = after.sheet;
        }
      }
    }
    ChosenEdit chosen =
        objective == ObjectiveKind.ERASE ? chosen(concept, captions, before.verdicts) : null;
    return new Study(
        concept, objective, attributions.getFirst(), measurements, shown, sheet, chosen);
  }

  /// The edit that `cadj edit --method` makes where none is named, of the same concept, on the same
  /// noise.
  private ChosenEdit chosen(Concept concept, List<Caption> captions, Verdicts before) {
    EditMethod method = EditMethods.DEFAULT;
    Judge judge = new FashionJudge(studio.classifier());
    DefaultPrompts prompts = DefaultPrompts.of(concept.name(), judge);
    Patch patch =
        method.edit(
            new EditTask(
                studio.pipeline(),
                concept.name(),
                EditTask.Goal.ERASE,
                prompts.targets(),
                prompts.preserve(),
                judge,
                SEEDS.getFirst(),
                new Cost()),
            EditMethod.Progress.NONE);
    Judged after = judged(patch.apply(studio.pipeline().denoiser()), captions);
    Measurement measurement =
        Measurement.of(concept, SEEDS.getFirst(), 1, patch.size(), before, after.verdicts);
    return new ChosenEdit(method.name(), measurement, after.sheet);
  }

  /// What a model draws: a sheet of every caption, and what the classifier sees in each picture.
  private record Judged(BufferedImage sheet, Verdicts verdicts) {}

  /// @param captions begin with all captions
  private Judged judged(Denoiser denoiser, List<Caption> captions) {
    Judged[] out = new Judged[1];
    Scope.run(
        "sheet",
        () -> {
          Tensor pictures = studio.draw(denoiser, captions);
          Verdicts verdicts = studio.judge(captions, pictures);
          out[0] =
              new Judged(Sheet.of(studio.classifier(), captions, pictures, verdicts), verdicts);
        });
    return out[0];
  }

  private Patch patch(ObjectiveKind objective, AttributionResult attribution, double ratio) {
    Ablation.Which which =
        switch (objective) {
          case ERASE -> Ablation.Which.POSITIVE;
          case AMPLIFY -> Ablation.Which.NEGATIVE;
        };
    Ablation ablation = new Ablation(which, Ablation.Per.ROW, new Ablation.Ratio(ratio));
    return Patch.zeroing(
        ablation.select(attribution.scores()), studio.pipeline().denoiser().parameters(), Map.of());
  }
}
