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
import cadj.cad.method.TargetPrompt;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Against the conditions of a minimum within bounds, by plain loops over tokens.
class TextDosesTest {
  private static final int ROWS = 5;

  /// What targets are sent to: "bag" has "coat" for an anchor, as "a coat in the style of photo"
  /// stays too; "a handbag" holds the concept's letters and so its anchor's.
  private static final List<String[]> ANCHORED =
      List.of(
          new String[] {"bag", "coat"},
          new String[] {"a bag in the style of photo", "a coat in the style of photo"},
          new String[] {"a handbag", "a handcoat"});

  private static final List<String[]> INSTEAD =
      Bags.TARGETS.stream().map(t -> new String[] {t.prompt(), t.instead()}).toList();

  @Test
  void theDosesSolveTheirLeastSquares() {
    check(new TextDoses(Base.ANCHOR, 0.5, 3, 1.5, 0.1, 0, 2, 20_000), ANCHORED);
    check(new TextDoses(Base.INSTEAD, 0, 0.5, 0.2, 0.3, 0.25, 1, 20_000), INSTEAD);
  }

  private static void check(TextDoses method, List<String[]> goals) {
    Patch patch = method.edit(Bags.task(), EditMethod.Progress.NONE);
    List<PlainText.Token> tokens =
        PlainText.tokens(
            "bag", goals, Bags.PRESERVE, method.eta(), method.preserveScale(), method.similarity());
    int atBound = 0;
    int within = 0;
    for (String name : List.of(patch.changes().firstEntry().getKey(), last(patch))) {
      double[] w0 = Bags.PIPELINE.denoiser().parameters().get(name).toDoubles();
      int d = Bags.PIPELINE.denoiser().parameters().get(name).dim(1);
      double[] s = factors(patch.changes().get(name), w0.length);
      for (int row = 0; row < ROWS; row++) {
        double[] w = Arrays.copyOfRange(w0, row * d, row * d + d);
        double[] u = new double[d];
        for (int i = 0; i < d; i++) {
          u[i] = w[i] * (s[row * d + i] - 1);
        }
        double[] g = PlainText.gradient(tokens, w, u);
        for (int i = 0; i < d; i++) {
          g[i] += method.lamb() * u[i];
          double bySign = g[i] * Math.signum(w[i]); // the derivative by the factor
          double factor = s[row * d + i];
          String where = name + " row " + row + " weight " + i + " factor " + factor;
          if (factor <= method.least()) {
            atBound++;
            assertTrue(bySign >= -2e-3, where + " " + bySign);
          } else if (factor >= method.most()) {
            atBound++;
            assertTrue(bySign <= 2e-3, where + " " + bySign);
          } else {
            within++;
            assertEquals(0, bySign, 2e-3, where);
          }
        }
      }
    }
    assertTrue(atBound > 20 && within > 20, atBound + " and " + within);
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

  @Test
  void anAnchorStandsInTheConceptsPlace() {
    Similarity similarity =
        new Similarity(Bags.PRESERVE, new double[] {0.9, 0.1, 0.8, 0.7, 0.6, 0.95});
    assertEquals("coat", Base.anchor(Bags.task(), similarity).orElseThrow());
    List<String> two = List.of("coat", "sandal", "a coat in the style of photo", "a handsandal");
    EditTask task = Bags.task(EditTask.Goal.ERASE, two, null, new Cost());
    assertEquals("sandal", anchor(task, 0.1, 0.2));
    assertEquals("coat", anchor(task, 0.2, 0.1));
    assertEquals("coat", anchor(task, 0.1, 0.1), "the first of equals");
    EditTask alone = Bags.task(EditTask.Goal.ERASE, List.of("coat", "photo"), null, new Cost());
    assertTrue(Base.anchor(alone, new Similarity(alone.preserve(), new double[2])).isEmpty());
    assertEquals(
        Bags.TARGETS, Base.ANCHOR.goals(alone, new Similarity(alone.preserve(), new double[2])));
    assertEquals(
        new TargetPrompt("a bag in the style of photo", "a coat in the style of photo"),
        Base.ANCHOR.goals(Bags.task(), similarity).get(1));
    assertEquals(Bags.TARGETS, Base.INSTEAD.goals(Bags.task(), similarity));
  }

  private static String anchor(EditTask task, double coat, double sandal) {
    double[] cosines = {coat, sandal, 0.9, 0.9};
    return Base.anchor(task, new Similarity(task.preserve(), cosines)).orElseThrow();
  }

  @Test
  void similarityIsOfCentredMeans() {
    Similarity similarity =
        Similarity.of(
            cadj.cad.method.closedform.TextVectors.of(Bags.PIPELINE), "bag", Bags.PRESERVE);
    assertArrayEquals(PlainText.cosines("bag", Bags.PRESERVE), similarity.cosines(), 1e-9);
    assertArrayEquals(PlainText.weights("bag", Bags.PRESERVE, 1.5), similarity.weights(1.5), 1e-9);
  }

  @Test
  void weakerAndStronger() {
    List<EditMethod> ladder = TextDoses.RECOMMENDED.ladder();
    assertEquals("0.25", ladder.getFirst().settings().get("eta"));
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
    refused(
        "text-doses: lamb: expected a number above 0, got 0.0",
        () -> new TextDoses(Base.ANCHOR, 0, 1, 1, 0, 0, 2, 1));
    refused(
        "text-doses: least: expected at most 0.5, as most is, got 1.0",
        () -> new TextDoses(Base.ANCHOR, 0, 1, 1, 1, 1, 0.5, 1));
    refused(
        "text-doses: preserve_scale: expected at least 0, got -1.0",
        () -> new TextDoses(Base.ANCHOR, 0, -1, 1, 1, 0, 1, 1));
    refused(
        "text-doses: sweeps: expected at least 1, got 0",
        () -> new TextDoses(Base.ANCHOR, 0, 1, 1, 1, 0, 1, 0));
  }

  private static void refused(String message, org.junit.jupiter.api.function.Executable what) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, what).getMessage());
  }
}
