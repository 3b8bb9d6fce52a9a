package cadj.cad.method.closedform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Against the least squares problem itself: its gradient is zero at the edited weights.
class UceAllTokensTest {
  private static final TextToImage PIPELINE = TextToImage.load(ModelFiles.open("fashion"));
  private static final List<TargetPrompt> TARGETS =
      List.of(
          new TargetPrompt("bag", ""), new TargetPrompt("a bag in the style of photo", "photo"));
  private static final List<String> PRESERVE = List.of("coat", "dress", "");

  private static EditTask task(EditTask.Goal goal) {
    return new EditTask(PIPELINE, "bag", goal, TARGETS, PRESERVE, null, 0, new Cost());
  }

  /// ∂/∂W of mean ‖W x − W0 y‖² + p·mean ‖W x − W0 x‖² + lamb·‖W − W0‖², by plain loops.
  @Test
  void theEditSolvesItsLeastSquares() {
    UceAllTokens method = new UceAllTokens(0.7, 0.2, 0.5);
    Patch patch = method.edit(task(EditTask.Goal.ERASE), EditMethod.Progress.NONE);
    Map<String, Tensor> parameters = PIPELINE.denoiser().parameters();
    long projections =
        parameters.keySet().stream()
            .filter(name -> name.matches(".*attn2\\.to_[kv]\\.weight"))
            .count();
    assertEquals(projections, patch.changes().size());
    String name = patch.changes().firstEntry().getKey();
    Tensor before = parameters.get(name);
    int out = before.dim(0);
    int d = before.dim(1);
    double[] w0 = before.toDoubles();
    float[] w = ((Change.Replaced) patch.changes().get(name)).values();
    double[] gradient = new double[out * d];
    double[] size = new double[out * d]; // of what cancels
    for (TargetPrompt target : TARGETS) {
      double[] x = text(target.prompt());
      double[] g = text(target.instead());
      double[] y = new double[x.length];
      for (int i = 0; i < y.length; i++) {
        y[i] = g[i] - 0.5 * (x[i] - g[i]);
      }
      add(w, w0, x, y, 1.0 / (TARGETS.size() * (double) x.length / d), gradient, size, d);
    }
    for (String prompt : PRESERVE) {
      double[] x = text(prompt);
      add(w, w0, x, x, 0.7 / (PRESERVE.size() * (double) x.length / d), gradient, size, d);
    }
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] += 0.2 * (w[i] - w0[i]);
      assertEquals(0, gradient[i], 1e-5 * (size[i] + 1e-3), "entry " + i);
    }
  }

  private static void add(
      float[] w,
      double[] w0,
      double[] x,
      double[] y,
      double scale,
      double[] gradient,
      double[] size,
      int d) {
    for (int row = 0; row < x.length / d; row++) {
      for (int o = 0; o < w0.length / d; o++) {
        double error = 0;
        for (int i = 0; i < d; i++) {
          error += w[o * d + i] * x[row * d + i] - w0[o * d + i] * y[row * d + i];
        }
        for (int i = 0; i < d; i++) {
          gradient[o * d + i] += scale * error * x[row * d + i];
          size[o * d + i] += Math.abs(scale * error * x[row * d + i]);
        }
      }
    }
  }

  private static double[] text(String prompt) {
    return PIPELINE.text().encode(List.of(prompt), 32, 32).text().toDoubles();
  }

  @Test
  void weakerAndStronger() {
    List<EditMethod> ladder = UceAllTokens.RECOMMENDED.ladder();
    assertEquals("0.0", ladder.getFirst().settings().get("eta"));
    assertEquals("3.0", ladder.getLast().settings().get("eta"));
    assertEquals("0.1", ladder.getLast().settings().get("lamb"));
    double last = -1;
    for (EditMethod method : ladder) {
      double change = change(method.edit(task(EditTask.Goal.ERASE), EditMethod.Progress.NONE));
      assertTrue(change > last, change + " after " + last);
      last = change;
    }
  }

  private static double change(Patch patch) {
    double sum = 0;
    for (Change change : patch.changes().values()) {
      Change.Replaced its = (Change.Replaced) change;
      for (int i = 0; i < its.values().length; i++) {
        sum += Math.pow(its.values()[i] - its.weights()[i], 2);
      }
    }
    return sum;
  }

  @Test
  void amplifyingIsNotWhatTheyDo() {
    for (EditMethod method : List.of(Uce.PUBLISHED, UceAllTokens.RECOMMENDED, Rece.PUBLISHED)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> method.edit(task(EditTask.Goal.AMPLIFY), EditMethod.Progress.NONE))
              .getMessage();
      assertEquals(method.name() + ": expected a concept to erase, got one to amplify", message);
    }
  }
}
