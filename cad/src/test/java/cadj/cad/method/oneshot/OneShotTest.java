package cadj.cad.method.oneshot;

import static cadj.autograd.ops.Clamp.clamp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.AmplifyObjective;
import cadj.cad.attribution.AmplifyPoints;
import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.ConceptPictures;
import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.EraseReference;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.Objective;
import cadj.cad.attribution.Points;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Ablation.Per;
import cadj.cad.edit.Ablation.Ratio;
import cadj.cad.edit.Ablation.Which;
import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod.Progress;
import cadj.cad.method.EditTask;
import cadj.cad.method.EditTask.Goal;
import cadj.cad.method.Tasks;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// The method against the steps that it takes, taken one by one.
class OneShotTest {
  private static final ScoredSteps STEPS = new ScoredSteps(Scheduler.Kind.DDIM, 4, 2);
  private static final long SEED = 8;

  private static Scoring scoring(Mode mode, List<Sites> sites) {
    return new Scoring(mode, new FirstOrder(), sites, STEPS, 2, 3, 6);
  }

  private static OneShot method(Mode mode, Selection selection) {
    return new OneShot("cad", scoring(mode, List.of(Sites.FF)), selection);
  }

  private static Selection selection(Per per, double ratio) {
    return new Selection(per, ratio, 1, 1, false);
  }

  private static SequencedMap<String, Tensor> scores(
      Points points, Objective objective, List<Sites> sites) {
    SequencedMap<String, Tensor> watched = points.denoiser().parameters(sites);
    return new Attribution(
            points, objective, new FirstOrder(), watched, Map.of(), null, Attribution.SAVING_SHARE)
        .run(false, Attribution.Progress.NONE)
        .scores();
  }

  private static SequencedMap<String, Tensor> scores(
      TextToImage model, String prompt, List<Sites> sites) {
    Tensor noise = TextToImage.noise(model.latentShape(2), new TorchGenerator(SEED));
    return scores(
        new EraseCorrected(model, List.of(prompt), "", noise, STEPS, 3, SEED),
        new EraseObjective(true),
        sites);
  }

  private static final Map<String, SequencedMap<String, Tensor>> SCORES = new HashMap<>();

  /// Feed-forward scores of the unedited model, computed once.
  private static SequencedMap<String, Tensor> scores(String prompt) {
    return new LinkedHashMap<>(
        SCORES.computeIfAbsent(prompt, p -> scores(Tasks.MODEL, p, List.of(Sites.FF))));
  }

  private static void assertZeroes(Map<String, int[]> expected, Patch patch, float factor) {
    assertEquals(expected.keySet(), patch.changes().keySet());
    expected.forEach(
        (name, indices) -> {
          Change.Scaled change = (Change.Scaled) patch.changes().get(name);
          assertArrayEquals(indices, change.indices(), name);
          float[] factors = new float[indices.length];
          Arrays.fill(factors, factor);
          assertArrayEquals(factors, change.factors());
          float[] weights = Tasks.MODEL.parameters().get(name).toFloats();
          for (int i = 0; i < indices.length; i++) {
            assertEquals(weights[indices[i]], change.weights()[i]);
          }
        });
  }

  @Test
  void theHighestScoresAreZeroed() {
    EditTask task = Tasks.sneaker(Goal.ERASE, SEED);
    Patch patch = method(Mode.CORRECTED, selection(Per.ROW, 0.05)).edit(task, Progress.NONE);
    // two samples: a step takes one prediction under the tape and one for the base, which is the
    // negative prompt; the two steps between scored ones take both without
    Ablation ablation = new Ablation(Which.POSITIVE, Per.ROW, new Ratio(0.05));
    assertZeroes(ablation.select(scores("sneaker")), patch, 0);
    assertEquals(2 * (2 * (3 + 1) + 2 * 2), task.cost().passes());
  }

  @Test
  void theDoseIsTheFactor() {
    Patch patch =
        method(Mode.CORRECTED, new Selection(Per.MATRIX, 0.01, 1.5, 1, false))
            .edit(Tasks.sneaker(Goal.ERASE, SEED), Progress.NONE);
    Ablation ablation = new Ablation(Which.POSITIVE, Per.MATRIX, new Ratio(0.01));
    assertZeroes(ablation.select(scores("sneaker")), patch, -0.5f);
  }

  @Test
  void whatMattersToOthersAsMuchIsSpared() {
    Patch patch =
        method(Mode.CORRECTED, new Selection(Per.ROW, 0.05, 1, 1, true))
            .edit(Tasks.sneaker(Goal.ERASE, SEED), Progress.NONE);
    SequencedMap<String, Tensor> own = scores("sneaker");
    SequencedMap<String, Tensor> bag = scores("bag");
    SequencedMap<String, Tensor> coat = scores("coat");
    own.replaceAll(
        (name, score) -> {
          float[] values = score.toFloats();
          float[] a = bag.get(name).toFloats();
          float[] b = coat.get(name).toFloats();
          for (int i = 0; i < values.length; i++) {
            values[i] -= Math.max(Math.abs(a[i]), Math.abs(b[i]));
          }
          return Tensor.of(values, score.shape().toArray());
        });
    Ablation ablation = new Ablation(Which.POSITIVE, Per.ROW, new Ratio(0.05));
    assertZeroes(ablation.select(own), patch, 0);
    EditTask alone = Tasks.alone(Tasks.sneaker(Goal.ERASE, SEED));
    assertEquals(
        "cad-contrast: expected prompts to preserve, which scores are set against",
        assertThrows(
                IllegalArgumentException.class, () -> OneShot.CONTRAST.edit(alone, Progress.NONE))
            .getMessage());
  }

  /// The second round scores the model as the first left it, and keeps what the first chose.
  @Test
  void roundsScoreAnew() {
    Patch patch =
        method(Mode.CORRECTED, new Selection(Per.MODEL, 0.02, 0.5, 2, false))
            .edit(Tasks.sneaker(Goal.ERASE, SEED), Progress.NONE);
    SequencedMap<String, Tensor> before = scores("sneaker");
    Map<String, int[]> first =
        new Ablation(Which.POSITIVE, Per.MODEL, new Ratio(0.01)).select(before);
    TextToImage half =
        Patch.dosed(first, 0.5, Tasks.MODEL.parameters(), Map.of()).apply(Tasks.MODEL);
    SequencedMap<String, Tensor> after = scores(half, "sneaker", List.of(Sites.FF));
    first.forEach(
        (name, indices) -> {
          float[] values = after.get(name).toFloats();
          for (int i : indices) {
            values[i] = 1e30f;
          }
          after.put(name, Tensor.of(values, after.get(name).shape().toArray()));
        });
    Map<String, int[]> both =
        new Ablation(Which.POSITIVE, Per.MODEL, new Ratio(0.02)).select(after);
    assertZeroes(both, patch, 0.5f);
    assertNotEquals(
        total(new Ablation(Which.POSITIVE, Per.MODEL, new Ratio(0.02)).select(before), both),
        patch.size());
  }

  /// How many indices two selections share.
  private static long total(Map<String, int[]> a, Map<String, int[]> b) {
    long out = 0;
    for (String name : a.keySet()) {
      List<Integer> others = Arrays.stream(b.getOrDefault(name, new int[0])).boxed().toList();
      out += Arrays.stream(a.get(name)).filter(others::contains).count();
    }
    return out;
  }

  @Test
  void wholeHeadsGo() {
    List<Sites> attention = List.of(Sites.ATTENTION);
    Patch patch =
        new OneShot("cad", scoring(Mode.CORRECTED, attention), selection(Per.HEAD, 0.1))
            .edit(Tasks.sneaker(Goal.ERASE, SEED), Progress.NONE);
    Ablation ablation = new Ablation(Which.POSITIVE, Per.HEAD, new Ratio(0.1));
    assertZeroes(
        ablation.select(scores(Tasks.MODEL, "sneaker", attention), Tasks.MODEL.denoiser()::heads),
        patch,
        0);
    assertTrue(patch.size() > 0);
  }

  @Test
  void thePublishedProcedure() {
    Patch patch =
        method(Mode.REFERENCE, selection(Per.ROW, 0.05))
            .edit(Tasks.sneaker(Goal.ERASE, SEED), Progress.NONE);
    Tensor noise = TextToImage.noise(Tasks.MODEL.latentShape(4), new TorchGenerator(SEED));
    SequencedMap<String, Tensor> scores =
        scores(
            new EraseReference(Tasks.MODEL, List.of("sneaker"), "", noise, 2, 4, 3),
            new EraseObjective(false),
            List.of(Sites.FF));
    Ablation ablation = new Ablation(Which.POSITIVE, Per.ROW, new Ratio(0.05));
    assertZeroes(ablation.select(scores), patch, 0);
  }

  private static SequencedMap<String, Tensor> amplifying(Tensor pictures) {
    return scores(
        new AmplifyPoints(
            Tasks.MODEL,
            List.of("shirt"),
            ConceptPictures.real(Tasks.MODEL, clamp(pictures, -1, 1), SEED),
            2,
            SEED,
            STEPS,
            Mode.CORRECTED),
        new AmplifyObjective(),
        List.of(Sites.FF));
  }

  /// The lowest scores go, scored on those of the model's own pictures that show the concept; on
  /// all of them where there is no judge.
  @Test
  void amplifyingScoresRecognisedPictures() {
    EditTask task = Tasks.of("shirt", Goal.AMPLIFY, SEED);
    Patch patch = method(Mode.CORRECTED, selection(Per.ROW, 0.05)).edit(task, Progress.NONE);
    TorchGenerator generator = new TorchGenerator(SEED);
    Tensor drawn =
        Tasks.MODEL.draw(
            Collections.nCopies(6, "shirt"),
            null,
            TextToImage.noise(Tasks.MODEL.latentShape(6), generator),
            new TextToImage.Settings(4, 3, Scheduler.Kind.DDIM),
            Scheduler.Noise.NONE,
            TextToImage.Progress.NONE);
    boolean[] seen = task.judge().sees(drawn, "shirt");
    float[] pixels = drawn.toFloats();
    int each = pixels.length / 6;
    float[] shown = new float[pixels.length];
    int count = 0;
    for (int n = 0; n < 6; n++) {
      if (seen[n]) {
        System.arraycopy(pixels, n * each, shown, count++ * each, each);
      }
    }
    assertTrue(count > 0 && count < 6, "all or none seen tell nothing: " + count);
    Tensor pictures =
        Tensor.of(Arrays.copyOf(shown, count * each), count, 3, drawn.dim(2), drawn.dim(3));
    Ablation ablation = new Ablation(Which.NEGATIVE, Per.ROW, new Ratio(0.05));
    assertZeroes(ablation.select(amplifying(pictures)), patch, 0);
    Patch unjudged =
        method(Mode.CORRECTED, selection(Per.ROW, 0.05)).edit(Tasks.alone(task), Progress.NONE);
    assertZeroes(ablation.select(amplifying(drawn)), unjudged, 0);
  }

  @Test
  void settingsNameAllThatTheEditDependsOn() {
    assertEquals(
        "{mode=corrected, estimator=first-order, sites=ff, scheduler=ddim, steps=10,"
            + " samples=4, guidance=3.0, pictures=8, per=row, ratio=0.05, dose=1.0,"
            + " rounds=5, contrast=false}",
        OneShot.ROUNDS.settings().toString());
    for (Runnable wrong :
        List.<Runnable>of(
            () -> new Selection(Per.ROW, 1.1, 1, 1, false),
            () -> new Selection(Per.ROW, 1, 0, 1, false),
            () -> new Selection(Per.ROW, 1, Double.NaN, 1, false),
            () -> new Selection(Per.ROW, 1, 1, 0, false))) {
      assertThrows(IllegalArgumentException.class, wrong::run);
    }
  }
}
