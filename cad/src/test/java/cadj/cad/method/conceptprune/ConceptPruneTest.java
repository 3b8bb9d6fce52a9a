package cadj.cad.method.conceptprune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod.Progress;
import cadj.cad.method.EditTask;
import cadj.cad.method.InputNorms;
import cadj.cad.method.SettingValues;
import cadj.cad.method.Tasks;
import cadj.cad.method.conceptprune.ConceptPrune.Layer;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The method as a whole, on the embedded model.
class ConceptPruneTest {
  private static final TextToImage.Settings SAMPLING =
      new TextToImage.Settings(2, 4, Scheduler.Kind.PNDM);

  /// Prompts with the concept against the same without it, calls joined, whatever was chosen
  /// zeroed.
  @Test
  void targetsAreSetAgainstWhatIsDrawnInstead() {
    ConceptPrune method = new ConceptPrune(Layer.SECOND, 0.1, 0.4, SAMPLING);
    EditTask task = Tasks.sneaker(EditTask.Goal.ERASE, 5);
    Patch patch = method.edit(task, Progress.NONE);
    assertEquals(24, task.cost().passes()); // 3 calls, 2 prompts, of 2 kinds, guided
    TextToImage model = task.pipeline();
    Tensor start = TextToImage.noise(model.latentShape(1), new TorchGenerator(5));
    InputNorms with =
        method.norms(model, List.of("sneaker", "a photo of a sneaker"), start, Progress.NONE);
    InputNorms without = method.norms(model, List.of("", "a photo"), start, Progress.NONE);
    int layers = 0;
    for (String name : model.denoiser().parameters().keySet()) {
      if (!name.endsWith("ff.net.2.weight")) {
        assertTrue(!patch.changes().containsKey(name), name);
        continue;
      }
      layers++;
      String module = name.replace(".weight", "");
      Tensor weight = model.denoiser().parameters().get(name);
      float[] w = weight.toFloats();
      int columns = weight.dim(1);
      int[] votes = new int[w.length];
      for (int call = 0; call < 3; call++) {
        float[] target = with.byCall(module)[call];
        float[] base = without.byCall(module)[call];
        for (int row = 0; row < weight.dim(0); row++) {
          float[] scores = new float[columns];
          for (int j = 0; j < columns; j++) {
            scores[j] = Math.abs(w[row * columns + j]) * target[j];
          }
          float[] sorted = scores.clone();
          Arrays.sort(sorted);
          float cut = sorted[columns - (int) (0.1 * columns)];
          for (int j = 0; j < columns; j++) {
            boolean more = scores[j] > Math.abs(w[row * columns + j]) * base[j];
            votes[row * columns + j] += scores[j] >= cut && more ? 1 : 0;
          }
        }
      }
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < votes.length; i++) {
        if (votes[i] >= 2) { // more than 0.4 of 3
          expected.add(i);
        }
      }
      Change.Scaled change = (Change.Scaled) patch.changes().get(name);
      assertArrayEquals(expected.stream().mapToInt(i -> i).toArray(), change.indices(), name);
      assertArrayEquals(new float[change.size()], change.factors());
    }
    assertEquals(layers, patch.changes().size());
    assertTrue(patch.size() > 100, () -> "few: " + patch.size());
  }

  @Test
  void theFirstLayerCanBePrunedInstead() {
    Patch patch =
        new ConceptPrune(Layer.FIRST, 0.1, 0, SAMPLING)
            .edit(Tasks.sneaker(EditTask.Goal.ERASE, 5), Progress.NONE);
    assertTrue(patch.changes().keySet().stream().allMatch(n -> n.endsWith("ff.net.0.proj.weight")));
  }

  @Test
  void impossibleSettingsAndTasksAreRefused() {
    assertRefused(
        "conceptprune ratio: expected 0 to 1, got 1.5",
        () -> new ConceptPrune(Layer.FIRST, 1.5, 0, SAMPLING));
    assertRefused(
        "conceptprune select ratio: expected 0 to less than 1, got 1.0",
        () -> new ConceptPrune(Layer.FIRST, 1, 1, SAMPLING));
    assertRefused(
        "conceptprune: expected a concept to erase, got one to amplify",
        () -> ConceptPrune.PUBLISHED.edit(Tasks.sneaker(EditTask.Goal.AMPLIFY, 1), Progress.NONE));
  }

  private static void assertRefused(String message, Runnable work) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, work::run).getMessage());
  }

  /// Strengths are ratios; all else stays as it was set.
  @Test
  void strengthsAreRatios() {
    ConceptPrune method = new ConceptPrune(Layer.FIRST, 0.3, 0.4, SAMPLING);
    assertEquals(
        Stream.of(0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
            .map(ratio -> new ConceptPrune(Layer.FIRST, ratio, 0.4, SAMPLING))
            .toList(),
        method.ladder());
    assertEquals(
        new ConceptPrune(Layer.SECOND, 0.3, 0.7, SAMPLING),
        method.with(SettingValues.of(method, Map.of("layer", "second", "select_ratio", "0.7"))));
    assertEquals("0.4", method.settings().get("select_ratio"));
  }
}
