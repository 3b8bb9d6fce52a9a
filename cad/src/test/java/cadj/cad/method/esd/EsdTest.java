package cadj.cad.method.esd;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditMethod.Progress;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.cad.method.training.Fashion;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.NonFiniteException;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EsdTest {
  private static final EsdSettings SHORT = new EsdSettings(3, 1e-3, 2, 3, 4);
  private static final Denoiser DENOISER = Fashion.PIPELINE.denoiser();

  private static Map<String, Tensor> edited(EditMethod method) {
    return method.edit(Fashion.erase(), Progress.NONE).apply(DENOISER.parameters());
  }

  private static float[] values(Map<String, Tensor> parameters, String name) {
    return requireNonNull(parameters.get(name)).toFloats();
  }

  @Test
  void theSeedDecides() {
    Esd method = new Esd(EsdWeights.X_STRICT, "", SHORT);
    Map<String, Tensor> first = edited(method);
    Map<String, Tensor> again = edited(method);
    String name = EsdWeights.X_STRICT.of(DENOISER).firstEntry().getKey();
    assertArrayEquals(values(first, name), values(again, name), 0f);
    EditTask erase = Fashion.erase();
    EditTask other =
        new EditTask(
            erase.pipeline(),
            erase.concept(),
            erase.goal(),
            erase.targets(),
            erase.preserve(),
            null,
            erase.seed() + 1,
            erase.cost());
    float[] changed = values(method.edit(other, Progress.NONE).apply(DENOISER.parameters()), name);
    assertFalse(Arrays.equals(changed, values(first, name)));
  }

  @Test
  void trainsItsWeightsAndNoOthers() {
    Patch patch = new Esd(EsdWeights.X, "", SHORT).edit(Fashion.erase(), Progress.NONE);
    assertEquals(EsdWeights.X.of(DENOISER).keySet(), patch.changes().keySet());
    assertTrue(
        patch.changes().keySet().stream().allMatch(name -> name.contains(".attn2.")),
        patch.changes().keySet()::toString);
  }

  /// Each layer belongs to ESD-x or ESD-u, and what is left are normalisations.
  @Test
  void theTwoShareOutAllLayers() {
    Set<String> x = EsdWeights.X.of(DENOISER).keySet();
    Set<String> u = EsdWeights.U.of(DENOISER).keySet();
    for (String name : DENOISER.parameters().keySet()) {
      int times = (x.contains(name) ? 1 : 0) + (u.contains(name) ? 1 : 0);
      assertEquals(name.contains("norm") ? 0 : 1, times, name);
    }
  }

  /// A step takes 2 to 5 sampled calls of two predictions, two or three frozen predictions and one
  /// trained.
  @Test
  void countsItsPassesAndTellsItsProgress() {
    EditTask task = Fashion.erase();
    List<Integer> done = new ArrayList<>();
    new Esd(EsdWeights.X_STRICT, "", SHORT).edit(task, (what, at, total) -> done.add(at));
    assertEquals(List.of(0, 1, 2, 3), done);
    TorchGenerator generator = new TorchGenerator(task.seed());
    long expected = 0;
    for (int i = 0; i < 3; i++) {
      int calls = EsdDraw.next(generator, 4, Fashion.PIPELINE.latentShape(1)).calls();
      expected += 2L * calls + 2 + 3;
    }
    assertEquals(expected, task.cost().passes());
  }

  @Test
  void drawsTheStepThenTheNoise() {
    EsdDraw draw = EsdDraw.next(new TorchGenerator(3), 50, Fashion.PIPELINE.latentShape(1));
    TorchGenerator generator = new TorchGenerator(3);
    assertEquals(generator.random32() % 50, draw.calls());
    assertArrayEquals(
        TextToImage.noise(Fashion.PIPELINE.latentShape(1), generator).toFloats(),
        draw.startNoise().toFloats(),
        0f);
  }

  /// Trained are the highest 3 % of each row, all else keeps its bits.
  @Test
  void onlyAttributedWeightsChange() {
    EsdAttributed method =
        new EsdAttributed(new FirstOrder(), List.of(Sites.FF), Ablation.Per.ROW, 0.03, 1, 2, SHORT);
    Patch patch = method.edit(Fashion.erase(), Progress.NONE);
    assertTrue(patch.size() > 0);
    assertEquals(DENOISER.parameters(List.of(Sites.FF)).keySet(), patch.changes().keySet());
    patch
        .changes()
        .forEach(
            (name, change) -> {
              Change.Replaced replaced = (Change.Replaced) change;
              Tensor w = requireNonNull(DENOISER.parameters().get(name));
              int width = w.dim(1);
              for (int row = 0; row < w.dim(0); row++) {
                int changed = 0;
                for (int i = row * width; i < (row + 1) * width; i++) {
                  boolean same =
                      Float.floatToRawIntBits(replaced.values()[i])
                          == Float.floatToRawIntBits(replaced.weights()[i]);
                  changed += same ? 0 : 1;
                }
                assertTrue(changed <= (int) (0.03 * width), name + " row " + row + ": " + changed);
              }
            });
  }

  @Test
  void settingsNameAllThatTheEditDependsOn() {
    assertEquals(
        "{from=a bag in the rain, iterations=3, lr=0.001, negative_guidance=2.0, guidance=3.0,"
            + " sampling_steps=4}",
        new Esd(EsdWeights.X, "a bag in the rain", SHORT).settings().toString());
    assertEquals(
        "{estimator=first-order, sites=ff+attention, per=row, share=0.1, samples=4,"
            + " scored_steps=10, iterations=200, lr=5.0E-5, negative_guidance=2.0, guidance=3.0,"
            + " sampling_steps=50}",
        EsdAttributed.STANDARD.settings().toString());
  }

  /// Steps so large that the second prediction is no number: the layer is named.
  @Test
  void aTrainingThatDivergesIsStopped() {
    Esd method = new Esd(EsdWeights.X, "", new EsdSettings(3, 1e30, 2, 3, 4));
    String message =
        assertThrows(NonFiniteException.class, () -> method.edit(Fashion.erase(), Progress.NONE))
            .getMessage();
    assertTrue(
        message.matches("(NaN|infinity) in .*attn2.* of the denoiser at training step 2.*"),
        message);
  }

  @Test
  void refusesToAmplify() {
    EditTask amplify = Fashion.task(EditTask.Goal.AMPLIFY, List.of());
    for (EditMethod method : List.of(Esd.U, EsdAttributed.STANDARD)) {
      assertEquals(
          method.name() + ": expected a concept to erase, got one to amplify",
          assertThrows(IllegalArgumentException.class, () -> method.edit(amplify, Progress.NONE))
              .getMessage());
    }
  }

  /// Scores of a plain attribution over what is to be drawn instead, and a plain sort of each row.
  @Test
  void whatIsTrainedIsWhatScoresHighestOverWhatIsDrawnInstead() {
    EditTask erase = Fashion.erase();
    EditTask task =
        new EditTask(
            erase.pipeline(),
            "bag",
            EditTask.Goal.ERASE,
            List.of(
                new TargetPrompt("a bag in the style of photo", "photo"),
                new TargetPrompt("bag", "")),
            List.of(),
            null,
            7,
            new Cost());
    EsdAttributed method =
        new EsdAttributed(new FirstOrder(), List.of(Sites.FF), Ablation.Per.ROW, 0.05, 2, 3, SHORT);
    Patch patch = method.edit(task, Progress.NONE);
    EraseCorrected points =
        new EraseCorrected(
            Fashion.PIPELINE,
            List.of("a bag in the style of photo"),
            "photo",
            TextToImage.noise(Fashion.PIPELINE.latentShape(2), new TorchGenerator(7)),
            new ScoredSteps(Scheduler.Kind.DDIM, 3, 3),
            3,
            7);
    Map<String, Tensor> scores =
        new Attribution(
                points,
                new EraseObjective(true),
                new FirstOrder(),
                DENOISER.parameters(List.of(Sites.FF)),
                Map.of(),
                null,
                Attribution.SAVING_SHARE)
            .run(false, Attribution.Progress.NONE)
            .scores();
    int trained = 0;
    int chosen = 0;
    for (Map.Entry<String, Change> change : patch.changes().entrySet()) {
      Change.Replaced replaced = (Change.Replaced) change.getValue();
      Tensor w = requireNonNull(DENOISER.parameters().get(change.getKey()));
      float[] its = values(scores, change.getKey());
      for (int row = 0; row < w.dim(0); row++) {
        float[] sorted = Arrays.copyOfRange(its, row * w.dim(1), (row + 1) * w.dim(1));
        Arrays.sort(sorted);
        int count = (int) (0.05 * w.dim(1));
        float cut = sorted[sorted.length - count];
        for (int i = row * w.dim(1); i < (row + 1) * w.dim(1); i++) {
          boolean high = its[i] >= cut && its[i] > 0;
          boolean changed = replaced.values()[i] != replaced.weights()[i];
          assertTrue(high || !changed, change.getKey() + "[" + i + "] should stay");
          trained += changed ? 1 : 0;
          chosen += high ? 1 : 0;
        }
      }
    }
    assertTrue(trained > 0.9 * chosen, trained + " of " + chosen);
  }
}
