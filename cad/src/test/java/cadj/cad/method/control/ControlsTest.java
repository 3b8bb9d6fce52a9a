package cadj.cad.method.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditMethod.Progress;
import cadj.cad.method.EditTask;
import cadj.cad.method.InputNorms;
import cadj.cad.method.Tasks;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/// Each control takes the highest of its scores, as many of each row.
class ControlsTest {
  private static final double RATIO = 0.04;
  private static final List<Sites> FF = List.of(Sites.FF);
  private static final TextToImage.Settings SAMPLING =
      new TextToImage.Settings(2, 4, Scheduler.Kind.DDIM);

  private static Patch edit(EditMethod method, long seed) {
    return method.edit(Tasks.sneaker(EditTask.Goal.ERASE, seed), Progress.NONE);
  }

  private static int[] zeroed(Patch patch, String name) {
    Change.Scaled change = (Change.Scaled) patch.changes().get(name);
    assertArrayEquals(new float[change.size()], change.factors());
    return change.indices();
  }

  /// Every row has lost k weights, none of them with a lower score than one that it kept.
  private static void assertHighestOfEachRow(
      Patch patch, List<Sites> sites, BiFunction<String, Tensor, float[]> score) {
    Map<String, Tensor> parameters = Tasks.MODEL.denoiser().parameters(sites);
    assertEquals(parameters.keySet(), patch.changes().keySet());
    parameters.forEach(
        (name, w) -> {
          float[] scores = score.apply(name, w);
          int n = w.dim(1);
          int k = (int) (RATIO * n);
          boolean[] gone = new boolean[scores.length];
          for (int i : zeroed(patch, name)) {
            gone[i] = true;
          }
          for (int row = 0; row < w.dim(0); row++) {
            float[] sorted = Arrays.copyOfRange(scores, row * n, (row + 1) * n);
            Arrays.sort(sorted);
            int lost = 0;
            for (int i = row * n; i < (row + 1) * n; i++) {
              lost += gone[i] ? 1 : 0;
              float cut = sorted[n - k]; // some of equal scores may go, others stay
              assertTrue(gone[i] ? scores[i] >= cut : scores[i] <= cut, name + " " + i);
            }
            assertEquals(k, lost, name);
          }
        });
  }

  @Test
  void magnitude() {
    Patch patch = edit(new Magnitude(FF, RATIO), 1);
    assertHighestOfEachRow(patch, FF, (name, w) -> abs(w.toFloats()));
  }

  private static float[] abs(float... values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] < 0 ? -values[i] : values[i];
    }
    return values;
  }

  @Test
  void randomIsTheSeedsAndAsManyOfEachRow() {
    Patch one = edit(new RandomWeights(FF, RATIO), 1);
    Patch again = edit(new RandomWeights(FF, RATIO), 1);
    Patch other = edit(new RandomWeights(FF, RATIO), 2);
    Tasks.MODEL
        .denoiser()
        .parameters(FF)
        .forEach(
            (name, w) -> {
              int[] indices = zeroed(one, name);
              assertArrayEquals(indices, zeroed(again, name));
              assertNotEquals(Arrays.toString(indices), Arrays.toString(zeroed(other, name)));
              int[] rows = new int[w.dim(0)];
              Arrays.stream(indices).forEach(i -> rows[i / w.dim(1)]++);
              assertEquals((int) (RATIO * w.dim(1)), Arrays.stream(rows).min().orElseThrow());
              assertEquals((int) (RATIO * w.dim(1)), Arrays.stream(rows).max().orElseThrow());
            });
  }

  private static float[] norms(String name, long seed) {
    String layer = name.replaceFirst("\\.weight$", "");
    return InputNorms.of(
            Tasks.MODEL,
            List.of(layer),
            List.of("sneaker", "a photo of a sneaker"),
            TextToImage.noise(Tasks.MODEL.latentShape(1), new TorchGenerator(seed)),
            SAMPLING,
            InputNorms.Tokens.AS_THEY_ARE,
            InputNorms.Samples.PROMPTS,
            Progress.NONE)
        .total(layer);
  }

  @Test
  void wandaWeighsByActivations() {
    List<Sites> attention = List.of(Sites.ATTENTION);
    Patch patch = edit(new Wanda(attention, RATIO, SAMPLING), 6);
    assertHighestOfEachRow(
        patch,
        attention,
        (name, w) -> {
          float[] norms = norms(name, 6);
          float[] out = abs(w.toFloats());
          for (int i = 0; i < out.length; i++) {
            out[i] *= norms[i % norms.length];
          }
          return out;
        });
  }

  @Test
  void activationsTakeWholeColumns() {
    EditTask task = Tasks.sneaker(EditTask.Goal.ERASE, 6);
    Patch patch = new ActivationOnly(FF, RATIO, SAMPLING).edit(task, Progress.NONE);
    assertEquals(8, task.cost().passes()); // 2 steps of 2 prompts, guided
    assertHighestOfEachRow(
        patch,
        FF,
        (name, w) -> {
          float[] norms = norms(name, 6);
          float[] out = new float[w.elements()];
          for (int i = 0; i < out.length; i++) {
            out[i] = norms[i % norms.length];
          }
          return out;
        });
  }

  @Test
  void sitesThatFitNotAreRefused() {
    assertRefused(
        "sites: the denoiser has no parameters at [text-ff]",
        new RandomWeights(List.of(Sites.TEXT_FF), RATIO));
    assertRefused(
        "activations: expected matrices of linear layers, got conv_in.weight",
        new Wanda(List.of(Sites.CONVOLUTION), RATIO, SAMPLING));
    assertRefused("ratio: expected 0 to 1, got 2.0", new Magnitude(FF, 2));
  }

  private static void assertRefused(String message, EditMethod method) {
    String found = assertThrows(IllegalArgumentException.class, () -> edit(method, 1)).getMessage();
    assertEquals(message, found.substring(0, Math.min(found.length(), message.length())));
  }
}
