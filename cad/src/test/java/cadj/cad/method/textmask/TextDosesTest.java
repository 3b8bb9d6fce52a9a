package cadj.cad.method.textmask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.TargetPrompt;
import cadj.cad.method.closedform.TextVectors;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Against a plain loop over tokens, and the conditions of a minimum within bounds.
class TextDosesTest {
  private static final int ROWS = 5;

  /// "bag" may become "coat" or "sandal", which stay in a target's place for it too; "a handbag"
  /// holds the concept's letters and so its anchor's.
  private static final List<List<String[]>> CANDIDATES =
      List.of(anchored("coat"), anchored("sandal"));

  private static List<String[]> anchored(String anchor) {
    return Bags.TARGETS.stream()
        .map(t -> new String[] {t.prompt(), t.prompt().replace("bag", anchor)})
        .toList();
  }

  private static final List<String[]> INSTEAD =
      Bags.TARGETS.stream().map(t -> new String[] {t.prompt(), t.instead()}).toList();

  @Test
  void theDosesOfAPlainLoop() {
    check(new TextDoses(Base.ANCHOR, 0.5, 3, 1.5, 0, 0.1, 0, 2, 3), cheaper(3));
    check(new TextDoses(Base.INSTEAD, 0, 0.5, 0.2, 0, 30, 0.25, 0.75, 2), INSTEAD);
  }

  /// Three concepts may take the place of "bag".
  @Test
  void whatHasNearNeighboursHoldsMoreFirmly() {
    double[] weights = PlainText.weights("bag", CrowdingTest.PRESERVE, 0.7);
    double[] crowding = CrowdingTest.plain(1.5);
    for (int p = 0; p < weights.length; p++) {
      weights[p] *= crowding[p];
    }
    TextDoses method = new TextDoses(Base.INSTEAD, 0.5, 3, 0.7, 1.5, 0.1, 0, 2, 2);
    check(method, INSTEAD, CrowdingTest.PRESERVE, weights);
  }

  private static void check(TextDoses method, List<String[]> goals) {
    check(
        method, goals, Bags.PRESERVE, PlainText.weights("bag", Bags.PRESERVE, method.similarity()));
  }

  /// @param weights of the preserved prompts
  private static void check(
      TextDoses method, List<String[]> goals, List<String> preserve, double[] weights) {
    EditTask task = Bags.task(EditTask.Goal.ERASE, preserve, null, new Cost());
    Patch patch = method.edit(task, EditMethod.Progress.NONE);
    List<PlainText.Token> tokens =
        PlainText.tokens(goals, preserve, method.eta(), method.preserveScale(), weights);
    int atBound = 0;
    for (String name : List.of(patch.changes().firstEntry().getKey(), last(patch))) {
      double[] w0 = Bags.PIPELINE.denoiser().parameters().get(name).toDoubles();
      int d = Bags.PIPELINE.denoiser().parameters().get(name).dim(1);
      double[] s = factors(patch.changes().get(name), w0.length);
      for (int row = 0; row < ROWS; row++) {
        double[] w = Arrays.copyOfRange(w0, row * d, row * d + d);
        double[] expected = plain(method, tokens, w);
        for (int i = 0; i < d; i++) {
          assertEquals(expected[i], s[row * d + i], 1e-5, name + " row " + row + " weight " + i);
          boolean bound = expected[i] == method.least() || expected[i] == method.most();
          atBound += bound ? 1 : 0;
        }
      }
    }
    assertTrue(atBound > 20 && atBound < 2 * ROWS * 64 - 20, atBound + " at a bound");
  }

  /// Each weight in turn to where the loss is least, by derivatives from all tokens.
  private static double[] plain(TextDoses method, List<PlainText.Token> tokens, double[] w) {
    double[] s = new double[w.length];
    double[] u = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      s[i] = Math.min(method.most(), Math.max(method.least(), 1));
      u[i] = w[i] * (s[i] - 1);
    }
    for (int sweep = 0; sweep < method.sweeps(); sweep++) {
      for (int i = 0; i < w.length; i++) {
        double slope = method.lamb() * u[i];
        double curvature = method.lamb();
        for (PlainText.Token token : tokens) {
          double error = 0;
          for (int j = 0; j < w.length; j++) {
            error += u[j] * token.x()[j] - w[j] * token.move()[j];
          }
          slope += token.weight() * error * token.x()[i];
          curvature += token.weight() * token.x()[i] * token.x()[i];
        }
        double factor = 1 + (u[i] - slope / curvature) / w[i];
        s[i] = Math.min(method.most(), Math.max(method.least(), factor));
        u[i] = w[i] * (s[i] - 1);
      }
    }
    return s;
  }

  @Test
  void whereItEndsIsAMinimumWithinBounds() {
    int d = 6;
    TorchGenerator random = new TorchGenerator(3);
    float[] draws = TextToImage.noise(Shape.of(12, d), random).toFloats();
    DMatrixRMaj h = new DMatrixRMaj(d, d);
    double[] w = new double[d];
    double[] b = new double[d];
    for (int i = 0; i < d; i++) {
      w[i] = i == 4 ? 0 : draws[i];
      b[i] = 4 * draws[d + i];
      for (int j = 0; j < d; j++) {
        for (int k = 2; k < 12; k++) {
          h.add(i, j, draws[k * d + i] * draws[k * d + j]);
        }
      }
    }
    double[] s = new BoxedLeastSquares(h, 0.5, 0.5, 1.5, 10_000).factors(w, b.clone());
    int free = 0;
    for (int i = 0; i < d; i++) {
      double slope = 0.5 * w[i] * (s[i] - 1) - b[i];
      for (int j = 0; j < d; j++) {
        slope += h.get(i, j) * w[j] * (s[j] - 1);
      }
      slope *= w[i]; // the derivative by the factor
      if (s[i] > 0.5 && s[i] < 1.5 && w[i] != 0) {
        free++;
        assertEquals(0, slope, 1e-4, "factor " + i + " " + s[i]);
      } else if (w[i] != 0) {
        assertTrue(s[i] <= 0.5 ? slope >= 0 : slope <= 0, "factor " + i + " " + s[i]);
      }
    }
    assertEquals(1, s[4]);
    assertTrue(free > 0 && free < d - 1, Arrays.toString(s));
  }

  private static String last(Patch patch) {
    return patch.changes().lastEntry().getKey();
  }

  private static double[] factors(Change change, int size) {
    Change.Scaled its = (Change.Scaled) change;
    double[] out = new double[size];
    Arrays.fill(out, 1);
    for (int i = 0; i < its.indices().length; i++) {
      out[its.indices()[i]] = its.factors()[i];
    }
    return out;
  }

  @Test
  void onlyKeysAndValuesOfCrossAttentionChange() {
    Cost cost = new Cost();
    EditTask task = Bags.task(EditTask.Goal.ERASE, Bags.PRESERVE, null, cost);
    Patch patch = TextDoses.RECOMMENDED.edit(task, EditMethod.Progress.NONE);
    long projections =
        Bags.PIPELINE.denoiser().parameters().keySet().stream()
            .filter(name -> name.matches(".*\\.attn2\\.to_[kv]\\.weight"))
            .count();
    assertEquals(projections, patch.changes().size());
    assertTrue(patch.changes().keySet().stream().allMatch(n -> n.matches(".*attn2\\.to_[kv].*")));
    assertEquals(0, cost.passes());
    Change.Scaled first = (Change.Scaled) patch.changes().firstEntry().getValue();
    float[] before =
        Bags.PIPELINE.denoiser().parameters().get(patch.changes().firstEntry().getKey()).toFloats();
    for (int i = 0; i < first.indices().length; i++) {
      assertEquals(before[first.indices()[i]], first.weights()[i]);
      assertTrue(first.factors()[i] >= 0 && first.factors()[i] <= 2);
    }
  }

  @Test
  void theSameBitsAgainAndWithoutPreservedPrompts() {
    Map<String, Change> a = changes(TextDoses.RECOMMENDED, Bags.PRESERVE);
    Map<String, Change> b = changes(TextDoses.RECOMMENDED, Bags.PRESERVE);
    Map<String, Change> none = changes(TextDoses.RECOMMENDED, List.of());
    a.forEach(
        (name, change) -> {
          float[] factors = ((Change.Scaled) change).factors();
          assertArrayEquals(factors, ((Change.Scaled) b.get(name)).factors());
          for (float f : ((Change.Scaled) none.get(name)).factors()) {
            assertTrue(f >= 0 && f <= 2, name + " " + f);
          }
        });
  }

  private static Map<String, Change> changes(TextDoses method, List<String> preserve) {
    EditTask task = Bags.task(EditTask.Goal.ERASE, preserve, null, new Cost());
    return method.edit(task, EditMethod.Progress.NONE).changes();
  }

  /// The anchor of which rows that are free come nearest to what is wanted.
  private static List<String[]> cheaper(double preserveScale) {
    double coat = freeLoss(CANDIDATES.get(0), preserveScale);
    double sandal = freeLoss(CANDIDATES.get(1), preserveScale);
    assertTrue(Math.abs(coat - sandal) > 1e-3 * coat, coat + " and " + sandal);
    return CANDIDATES.get(coat < sandal ? 0 : 1);
  }

  /// Σ over rows w of min_u Σ weight·(u·x − w·move)² + 0.1·‖u‖², token by token: least squares with
  /// all tokens' equations under each other.
  private static double freeLoss(List<String[]> goals, double preserveScale) {
    List<PlainText.Token> tokens =
        PlainText.tokens("bag", goals, Bags.PRESERVE, 0, preserveScale, 1.5);
    int d = tokens.getFirst().x().length;
    SimpleMatrix x = new SimpleMatrix(tokens.size() + d, d);
    SimpleMatrix y = new SimpleMatrix(tokens.size() + d, d);
    for (int t = 0; t < tokens.size(); t++) {
      double root = Math.sqrt(tokens.get(t).weight());
      for (int i = 0; i < d; i++) {
        x.set(t, i, root * tokens.get(t).x()[i]);
        y.set(t, i, root * tokens.get(t).move()[i]);
      }
    }
    for (int i = 0; i < d; i++) {
      x.set(tokens.size() + i, i, Math.sqrt(0.1));
    }
    SimpleMatrix residual = x.mult(x.solve(y)).minus(y); // of any row w: this times w
    double loss = 0;
    for (String name : Bags.PIPELINE.denoiser().parameters().keySet()) {
      if (name.matches(".*\\.attn2\\.to_[kv]\\.weight")) {
        Tensor w = Bags.PIPELINE.denoiser().parameters().get(name);
        SimpleMatrix rows = new SimpleMatrix(w.dim(0), w.dim(1), true, w.toDoubles());
        loss += Math.pow(residual.mult(rows.transpose()).normF(), 2);
      }
    }
    return loss;
  }

  @Test
  void anAnchorStandsInTheConceptsPlace() {
    TextVectors texts = TextVectors.of(Bags.PIPELINE);
    DMatrixRMaj h = CommonOps_DDRM.identity(Bags.tokens("")[0].length);
    for (List<String> preserve :
        List.of(
            List.of("coat", "photo", "a coat in the style of photo", "sandal"),
            List.of("a handcoat", "", "coat", "sandal"))) {
      EditTask task = Bags.task(EditTask.Goal.ERASE, preserve, null, new Cost());
      ConceptDistances distances = ConceptDistances.of(texts, task);
      assertEquals("coat", Anchor.of(texts, task, distances, h).orElseThrow());
    }
    EditTask alone = Bags.task(EditTask.Goal.ERASE, List.of("coat", "photo"), null, new Cost());
    assertTrue(Anchor.of(texts, alone, ConceptDistances.of(texts, alone), h).isEmpty());
    assertEquals(
        List.of(
            new TargetPrompt("bag", "coat"),
            new TargetPrompt("a bag in the style of photo", "a coat in the style of photo"),
            new TargetPrompt("a handbag", "a handcoat")),
        Anchor.goals(alone, "coat"));
    Map<String, Change> none = changes(TextDoses.RECOMMENDED, alone.preserve());
    Map<String, Change> instead = changes(with("base", "instead"), alone.preserve());
    none.forEach(
        (name, change) ->
            assertArrayEquals(
                ((Change.Scaled) instead.get(name)).factors(), ((Change.Scaled) change).factors()));
  }

  @Test
  void oneTooNearIsNoAnchorIfThereIsAnother() {
    assertEquals("sandal", anchor(3.9, 10, 10));
    assertEquals("coat", anchor(10, 3.9, 10));
    String free = anchor(9, 9, 9);
    assertEquals(free, anchor(4.1, 10, 10));
    assertEquals(free, anchor(10, 4.1, 10));
    assertEquals(anchor(9, 9, 9, 9, 9, 9), anchor(1, 1, 1, 9, 9, 9)); // all are: 5 is the median
  }

  /// @param squared distances of bag from coat, sandal and perhaps dress, then of coat from these …
  private static String anchor(double... squared) {
    List<String> concepts = List.of("bag", "coat", "sandal", "dress");
    int n = squared.length == 3 ? 3 : 4;
    double[][] d = new double[n][n];
    int at = 0;
    for (int k = 0; k < n; k++) {
      for (int l = k + 1; l < n; l++) {
        d[k][l] = squared[at];
        d[l][k] = squared[at++];
      }
    }
    TextVectors texts = TextVectors.of(Bags.PIPELINE);
    DMatrixRMaj h = CommonOps_DDRM.identity(Bags.tokens("")[0].length);
    ConceptDistances distances = new ConceptDistances(concepts.subList(0, n), List.of(), d);
    return Anchor.of(texts, Bags.task(), distances, h).orElseThrow();
  }

  @Test
  void similarityIsOfCentredMeans() {
    Similarity similarity = Similarity.of(TextVectors.of(Bags.PIPELINE), "bag", Bags.PRESERVE);
    assertArrayEquals(PlainText.cosines("bag", Bags.PRESERVE), similarity.cosines(), 1e-9);
    assertArrayEquals(PlainText.weights("bag", Bags.PRESERVE, 1.5), similarity.weights(1.5), 1e-9);
  }

  @Test
  void weakerAndStronger() {
    List<EditMethod> ladder = TextDoses.RECOMMENDED.ladder();
    assertEquals("0.5", ladder.getFirst().settings().get("eta"));
    assertEquals("2.0", ladder.getLast().settings().get("eta"));
    ladder.forEach(method -> assertEquals("anchor", method.settings().get("base")));
  }

  @Test
  void refusals() {
    refused(
        "text-doses: expected a concept to erase, got one to amplify",
        () ->
            TextDoses.RECOMMENDED.edit(
                Bags.task(EditTask.Goal.AMPLIFY, Bags.PRESERVE, null, new Cost()),
                EditMethod.Progress.NONE));
    refused("text-doses: lamb: expected a number above 0, got 0.0", () -> with("lamb", "0"));
    refused(
        "text-doses: least: expected at most 2.0, as most is, got 2.5", () -> with("least", "2.5"));
    refused(
        "text-doses: preserve_scale: expected at least 0, got -1.0",
        () -> with("preserve_scale", "-1"));
    refused("text-doses: sweeps: expected at least 1, got 0", () -> with("sweeps", "0"));
  }

  private static TextDoses with(String setting, String value) {
    TextDoses method = TextDoses.RECOMMENDED;
    return method.with(SettingValues.of(method, Map.of(setting, value)));
  }

  private static void refused(String message, Executable what) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, what).getMessage());
  }
}
