package cadj.cad.method.textmask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Against a plain loop over tokens.
class TextMaskTest {
  private static final TextMask WITHOUT = new TextMask(Base.INSTEAD, 1.5, 3, 1.2, 60, 0.1, 0);

  private static Map<String, Tensor> projections() {
    Map<String, Tensor> out = new TreeMap<>();
    Bags.PIPELINE
        .denoiser()
        .parameters()
        .forEach(
            (name, w) -> {
              if (name.matches(".*\\.attn2\\.to_[kv]\\.weight")) {
                out.put(name, w);
              }
            });
    return out;
  }

  @Test
  void theSameBitsAsAPlainLoop() {
    Patch patch = WITHOUT.edit(Bags.task(), EditMethod.Progress.NONE);
    List<PlainText.Token> tokens =
        PlainText.tokens(
            "bag",
            Bags.TARGETS.stream().map(t -> new String[] {t.prompt(), t.instead()}).toList(),
            Bags.PRESERVE,
            1.5,
            3,
            1.2);
    double epsilon = epsilon(tokens);
    int zeroed = 0;
    for (String name : List.of(first(), projections().keySet().iterator().next())) {
      Tensor projection = projections().get(name);
      int d = projection.dim(1);
      double[] w = projection.toDoubles();
      boolean[] expected = new boolean[w.length];
      int rows = 6;
      for (int row = 0; row < rows; row++) {
        boolean[] its = plain(tokens, Arrays.copyOfRange(w, row * d, row * d + d), epsilon);
        System.arraycopy(its, 0, expected, row * d, d);
      }
      boolean[] got = new boolean[w.length];
      for (int i : indices(patch, name)) {
        got[i] = true;
        zeroed += i < rows * d ? 1 : 0;
      }
      assertArrayEquals(Arrays.copyOf(expected, rows * d), Arrays.copyOf(got, rows * d), name);
    }
    assertTrue(zeroed > 20, zeroed + " zeroed");
  }

  private static String first() {
    return Bags.PIPELINE.denoiser().parameters().keySet().stream()
        .filter(projections()::containsKey)
        .findFirst()
        .orElseThrow();
  }

  private static int[] indices(Patch patch, String name) {
    Change.Scaled change = (Change.Scaled) patch.changes().get(name);
    for (float factor : change.factors()) {
      assertEquals(0, factor);
    }
    return change.indices();
  }

  /// The 99th percentile, linear between neighbours, of the first gradients' sizes.
  private static double epsilon(List<PlainText.Token> tokens) {
    List<Double> sizes = new ArrayList<>();
    for (Tensor projection : projections().values()) {
      int d = projection.dim(1);
      double[] all = projection.toDoubles();
      for (int row = 0; row < projection.dim(0); row++) {
        double[] w = Arrays.copyOfRange(all, row * d, row * d + d);
        double[] g = PlainText.gradient(tokens, w, new double[d]);
        for (int i = 0; i < d; i++) {
          sizes.add(Math.abs(w[i] * g[i]));
        }
      }
    }
    double[] sorted = sizes.stream().mapToDouble(x -> x).sorted().toArray();
    double at = 0.99 * (sorted.length - 1);
    int below = (int) Math.floor(at);
    return sorted[below] * (1 - (at - below)) + sorted[below + 1] * (at - below);
  }

  private static boolean[] plain(List<PlainText.Token> tokens, double[] w, double epsilon) {
    int d = w.length;
    double[] z = new double[d];
    double[] u = new double[d];
    double[] m = new double[d];
    double[] v = new double[d];
    Arrays.fill(z, 1);
    for (int step = 1; step <= 60; step++) {
      for (int i = 0; i < d; i++) {
        u[i] = z[i] > 0.5 ? 0 : -w[i];
      }
      double[] g = PlainText.gradient(tokens, w, u);
      double rate = step <= 36 ? 0.1 : 0.1 * (61 - step) / 24;
      for (int i = 0; i < d; i++) {
        double scaled = w[i] * g[i];
        m[i] = 0.9 * m[i] + 0.1 * scaled;
        v[i] = 0.98 * v[i] + 0.02 * scaled * scaled;
        double mean = m[i] / (1 - Math.pow(0.9, step));
        double root = Math.sqrt(v[i] / (1 - Math.pow(0.98, step)));
        z[i] = Math.min(1, Math.max(0, z[i] - rate * mean / (root + epsilon)));
      }
    }
    boolean[] out = new boolean[d];
    for (int i = 0; i < d; i++) {
      out[i] = !(z[i] > 0.5);
    }
    return out;
  }

  @Test
  void aRowThatMattersLittleKeepsItsWeights() {
    StraightThrough descent = new StraightThrough(CommonOps_DDRM.identity(2), 20, 0.1, 0.5);
    double[] w = {1, -1};
    double[] b = {-1, -1};
    assertArrayEquals(new boolean[] {true, false}, descent.zeroed(w, b, 1));
    assertArrayEquals(new boolean[] {false, false}, descent.zeroed(w, b, 1e-3));
  }

  @Test
  void rowsThatMatterLittleKeepTheirWeights() {
    TextMask with = new TextMask(Base.INSTEAD, 1.5, 3, 1.2, 60, 0.1, 2);
    Cost cost = new Cost();
    EditTask task = Bags.task(EditTask.Goal.ERASE, Bags.PRESERVE, null, cost);
    Patch weighed = with.edit(task, EditMethod.Progress.NONE);
    // three prompts, two points each: the base's prediction, and the concept's under a tape
    assertEquals(3 * 2 * (1 + 3), cost.passes());
    assertEquals(weighed.size(), with.edit(Bags.task(), EditMethod.Progress.NONE).size());
    long without = WITHOUT.edit(Bags.task(), EditMethod.Progress.NONE).size();
    assertTrue(weighed.size() < without, weighed.size() + " of " + without);
    assertFalse(weighed.changes().isEmpty());
  }

  @Test
  void weakerAndStronger() {
    List<EditMethod> ladder = TextMask.RECOMMENDED.ladder();
    assertEquals(
        List.of("1.0", "1.5", "2.0", "3.0", "4.0"),
        ladder.stream().map(method -> method.settings().get("eta")).toList());
  }

  @Test
  void refusals() {
    refused(
        "text-mask: expected a concept to erase, got one to amplify",
        () ->
            TextMask.RECOMMENDED.edit(
                Bags.task(EditTask.Goal.AMPLIFY, Bags.PRESERVE, null, new Cost()),
                EditMethod.Progress.NONE));
    refused(
        "text-mask: steps: expected at least 1, got 0",
        () -> new TextMask(Base.ANCHOR, 0, 1, 1, 0, 1, 0));
    refused(
        "text-mask: preserve_scale: expected at least 0, got -1.0",
        () -> new TextMask(Base.ANCHOR, 0, -1, 1, 1, 1, 0));
    refused(
        "text-mask: trajectory_steps: expected at least 0, got -1",
        () -> new TextMask(Base.ANCHOR, 0, 1, 1, 1, 1, -1));
  }

  private static void refused(String message, Executable what) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, what).getMessage());
  }
}
