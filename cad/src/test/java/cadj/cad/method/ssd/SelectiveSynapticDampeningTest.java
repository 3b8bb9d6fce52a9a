package cadj.cad.method.ssd;

import static cadj.autograd.ops.MseLoss.mseLoss;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.cad.attribution.Point;
import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod.Progress;
import cadj.cad.method.EditTask;
import cadj.cad.method.training.DrawnPictures;
import cadj.cad.method.training.Fashion;
import cadj.cad.method.training.PictureSettings;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The whole method against a plain loop over pictures and noise levels: one picture of each
/// prompt, two levels.
class SelectiveSynapticDampeningTest {
  private static final PictureSettings PICTURES = new PictureSettings(2, 2, 3, 2);
  private static final List<Sites> SITES = List.of(Sites.FF);
  private static final double ALPHA = 1.5;
  private static final double LAMBDA = 0.75;

  private static final SelectiveSynapticDampening METHOD =
      new SelectiveSynapticDampening(ALPHA, LAMBDA, SITES, PICTURES);

  /// Mean over points of squared gradients, each point by itself.
  private static Map<String, double[]> fisher(List<String> prompts, long seed) {
    Denoiser denoiser = Fashion.PIPELINE.denoiser();
    Map<String, Tensor> watched = denoiser.parameters(SITES);
    List<Point> points =
        DrawnPictures.draw(Fashion.PIPELINE, prompts, PICTURES, seed, "", Progress.NONE)
            .noised(seed)
            .all();
    Map<String, double[]> out = new HashMap<>();
    for (Point point : points) {
      Tape.record(
          watched.values(),
          tape -> {
            Gradients gradients =
                tape.backward(
                    mseLoss(
                        denoiser.forward(point.latents(), point.timestep(), point.concept()),
                        point.target()));
            watched.forEach(
                (name, w) -> {
                  double[] sum = out.computeIfAbsent(name, n -> new double[w.elements()]);
                  double[] g = gradients.of(w).toDoubles();
                  for (int i = 0; i < g.length; i++) {
                    sum[i] += g[i] * g[i] / points.size();
                  }
                });
            return null;
          });
    }
    return out;
  }

  @Test
  void dampensByMeansOfSquaredGradientsOfSinglePictures() {
    EditTask task = Fashion.erase();
    Patch patch = METHOD.edit(task, Progress.NONE);
    Map<String, double[]> forget = fisher(List.of("bag", "a photo of a bag"), task.seed());
    Map<String, double[]> keep = fisher(task.preserve(), task.seed() + 1);
    int dampened = 0;
    for (String name : forget.keySet()) {
      float[] w = requireNonNull(Fashion.PIPELINE.denoiser().parameters().get(name)).toFloats();
      float[] after = patch.apply(Fashion.PIPELINE.denoiser().parameters()).get(name).toFloats();
      double[] f = forget.get(name);
      double[] k = keep.get(name);
      for (int i = 0; i < w.length; i++) {
        double ratio = f[i] / k[i];
        boolean near = Math.abs(ratio / ALPHA - 1) < 1e-3; // too near to the cut to tell
        if (near) {
          continue;
        }
        double factor = ratio > ALPHA ? Math.min(LAMBDA / ratio, 1) : 1;
        dampened += factor < 1 ? 1 : 0;
        assertEquals(factor * w[i], after[i], 2e-3 * Math.abs(w[i]), name + " " + i);
      }
    }
    assertTrue(dampened > 100, "dampened " + dampened);
    for (Change change : patch.changes().values()) {
      assertTrue(change instanceof Change.Scaled);
    }
    assertTrue(task.cost().passes() > 0);
  }

  @Test
  void theSameTaskGivesTheSameBits() {
    Patch first = METHOD.edit(Fashion.erase(), Progress.NONE);
    Patch again = METHOD.edit(Fashion.erase(), Progress.NONE);
    assertEquals(first.changes().keySet(), again.changes().keySet());
    first
        .changes()
        .forEach(
            (name, change) ->
                assertArrayEquals(
                    ((Change.Scaled) change).factors(),
                    ((Change.Scaled) requireNonNull(again.changes().get(name))).factors(),
                    0f));
  }

  @Test
  void refusals() {
    assertEquals(
        "ssd: expected prompts to preserve, got none",
        message(Fashion.task(EditTask.Goal.ERASE, List.of())));
    assertEquals(
        "ssd: expected a concept to erase, got one to amplify",
        message(Fashion.task(EditTask.Goal.AMPLIFY, List.of("coat"))));
  }

  private static String message(EditTask task) {
    return assertThrows(IllegalArgumentException.class, () -> METHOD.edit(task, Progress.NONE))
        .getMessage();
  }
}
