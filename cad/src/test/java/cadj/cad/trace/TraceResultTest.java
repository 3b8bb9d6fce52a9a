package cadj.cad.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.AttributionResult;
import cadj.cad.statistics.Interval;
import cadj.cad.trace.References.Reference;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Effects and CAD's sums of made-up figures, by hand.
class TraceResultTest {
  private static final RestoredModules FIRST = new RestoredModules(List.of("block.0.ff"));
  private static final RestoredModules SECOND = new RestoredModules(List.of("block.0.attn2"));
  private static final RestoredModules THIRD = new RestoredModules(List.of("block.1"));
  private static final SwappedLayers BOTH = new SwappedLayers(List.of("block.0.attn2", "block.1"));

  /// Two samples, three calls, windows all, 1-2, 3.
  private static TraceResult result() {
    TraceSettings settings =
        new TraceSettings(
            "c",
            "a c",
            "",
            new BasePrompt(),
            new TextToImage.Settings(3, 3, Scheduler.Kind.DDIM),
            2,
            2,
            0);
    Map<Procedure, double[][]> whole =
        Map.of(
            Procedure.RESTORE, new double[][] {{4, 2, 2}, {1, 1, 2}},
            Procedure.SWAP, new double[][] {{10, 6, 4}, {5, 5, 10}});
    Map<Reference, Map<Measure, double[]>> pictures =
        Map.of(
            Reference.CLEAN, Map.of(Measure.PROBABILITY, new double[] {0.9, 0.8}),
            Reference.CORRUPTED, Map.of(Measure.PROBABILITY, new double[] {0.1, 0.3}),
            Reference.BASE, Map.of(Measure.PROBABILITY, new double[] {0.0, 0.05}));
    double[][] objective = {{1, 1, 2}, {0, 1, 1}};
    double[][] projection = {{2, 1, -1}, {1, 0, 0}};
    Map<Measure, double[][]> probability =
        Map.of(Measure.PROBABILITY, new double[][] {{0.5, 0.6}, {0.2, 0.4}, {0.1, 0.2}});
    List<RowFigures> rows =
        List.of(
            new RowFigures(FIRST, objective, projection, probability),
            new RowFigures(
                SECOND,
                new double[][] {{4, 2, 2}, {1, 1, 2}},
                new double[][] {{4, 2, 2}, {1, 1, 2}},
                probability),
            new RowFigures(THIRD, new double[2][3], new double[2][3], probability),
            new RowFigures(BOTH, objective, projection, probability));
    return new TraceResult(
        settings,
        settings.identity(),
        new double[] {751, 501, 251},
        StepWindow.of(3, 2),
        new References(whole, pictures),
        rows);
  }

  private static void assertEffect(TraceRow row, Measure measure, int window, double... samples) {
    Effect effect = result().effect(row, measure, window);
    assertArrayEquals(samples, effect.samples(), 1e-12);
    assertEquals((samples[0] + samples[1]) / 2, effect.mean(), 1e-12);
    assertFalse(effect.interval().isKnown());
  }

  @Test
  void restored() {
    assertEffect(FIRST, Measure.PROBABILITY, 0, 0.5 - 0.1, 0.6 - 0.3);
    assertEffect(FIRST, Measure.PROBABILITY, 2, 0.1 - 0.1, 0.2 - 0.3);
    assertEffect(FIRST, Measure.OBJECTIVE, 0, 4.0 / 8, 2.0 / 4);
    assertEffect(FIRST, Measure.OBJECTIVE, 1, 2.0 / 6, 1.0 / 2);
    assertEffect(FIRST, Measure.OBJECTIVE, 2, 2.0 / 2, 1.0 / 2);
    assertEffect(FIRST, Measure.PROJECTION, 0, 2.0 / 8, 1.0 / 4);
    assertEffect(FIRST, Measure.PROJECTION, 2, -1.0 / 2, 0);
    assertEffect(SECOND, Measure.OBJECTIVE, 1, 1, 1);
  }

  @Test
  void swapped() {
    assertEffect(BOTH, Measure.PROBABILITY, 1, 0.9 - 0.2, 0.8 - 0.4);
    assertEffect(BOTH, Measure.OBJECTIVE, 0, 1 - 4.0 / 20, 1 - 2.0 / 20);
    assertEffect(BOTH, Measure.PROJECTION, 2, 1 + 1.0 / 4, 1);
  }

  @Test
  void measuresAndProcedures() {
    TraceResult result = result();
    assertEquals(
        List.of(Measure.PROBABILITY, Measure.OBJECTIVE, Measure.PROJECTION), result.measures());
    assertEquals(Measure.PROBABILITY, result.mainMeasure());
    assertEquals(List.of(Procedure.RESTORE, Procedure.SWAP), result.procedures());
    assertEquals(List.of(FIRST, SECOND, THIRD), result.rows(Procedure.RESTORE));
  }

  @Test
  void intervalOfFiveSamples() {
    Interval interval = Effect.of(new double[] {0.1, 0.2, 0.3, 0.4, 0.5}, 0).interval();
    assertTrue(0.1 < interval.low() && interval.low() < 0.3);
    assertTrue(0.3 < interval.high() && interval.high() < 0.5);
    assertFalse(Effect.of(new double[] {0.1, 0.2, 0.3, 0.4}, 0).interval().isKnown());
  }

  /// One sample tells nothing of others.
  @Test
  void noIntervalOfOneSample() {
    Effect effect = Effect.of(new double[] {0.3}, 0);
    assertEquals(0.3, effect.mean());
    assertFalse(effect.interval().isKnown());
    assertEquals("0.300", TraceNumbers.withInterval(effect));
  }

  /// Two scored steps: 700 is nearest to 751, the first call, and 0 to 251, the third.
  private static AttributionResult scores() {
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    scores.put("block.0.ff.net.2.weight", Tensor.of(new float[] {1, -2, 3}, 3));
    scores.put("block.0.ff_other.weight", Tensor.of(new float[] {100, -100}, 2));
    scores.put("block.0.attn2.to_k.weight", Tensor.of(new float[] {5, -1}, 2));
    scores.put("block.1.attn2.to_k.weight", Tensor.of(new float[] {0.5f, -8}, 2));
    scores.put("block.0.ff.net.0.proj.weight", Tensor.of(new float[] {2, 0}, 2));
    double[][] positive = {{3, 2}, {60, 40}, {4, 1}, {0.25, 0.25}, {0.5, 1.5}};
    double[][] negative = {{-0.5, -1.5}, {-60, -40}, {-1, 0}, {-2, -6}, {0, 0}};
    return new AttributionResult(
        scores, Map.of(), new double[] {700, 0}, positive, negative, new double[] {1, 1}, Map.of());
  }

  @Test
  void sumsOfModules() {
    TraceScores scores = new TraceScores(result(), scores());
    ModuleScores ff = scores.of(FIRST);
    assertEquals(5, ff.weights());
    assertEquals(6, ff.positive());
    assertEquals(-2, ff.negative());
    assertArrayEquals(new double[] {6, 3.5, 3.5}, ff.positiveByWindow());
    assertArrayEquals(new double[] {-2, -0.5, -1.5}, ff.negativeByWindow());
    ModuleScores swapped = scores.of(BOTH);
    assertEquals(4, swapped.weights());
    assertEquals(5.5, swapped.positive());
    assertEquals(-9, swapped.negative());
    assertArrayEquals(new double[] {5.5, 4.25, 1.25}, swapped.positiveByWindow());
  }

  /// Objectives 0.5, 1, 0; positive sums 6, 5, 0.5; negative 2, 1, 8: ranks 2 3 1, 3 2 1, 2 1 3.
  @Test
  void correlations() {
    TraceScores scores = new TraceScores(result(), scores());
    assertFalse(scores.isEmpty());
    assertEquals(0.5, scores.withPositive(Procedure.RESTORE, Measure.OBJECTIVE), 1e-12);
    assertEquals(-1, scores.withNegative(Procedure.RESTORE, Measure.OBJECTIVE), 1e-12);
    assertTrue(Double.isNaN(scores.withPositive(Procedure.SWAP, Measure.OBJECTIVE)));
    String lines = String.join("\n", TraceText.lines(result(), scores));
    assertFalse(lines.contains("correlation"), "none of a measure that is constant");
    String page = TracePage.html(result(), scores, "here", "1");
    assertTrue(page.contains("<td>restore, objective</td><td>+0.50</td><td>-1.00</td>"), page);
    assertFalse(page.contains("<td>swap, objective</td>"), page);
  }

  @Test
  void thePageHasTheSumsInNumbers() {
    String table =
        new TraceTable(result(), new TraceScores(result(), scores()), Procedure.SWAP).html();
    assertTrue(table.matches("(?s).*<i[^>]*>5\\.5</i><i[^>]*>-9\\.0</i>.*"), table);
  }

  @Test
  void numbers() {
    assertEquals("0.42", TraceNumbers.shortly(0.42));
    assertEquals("0.00", TraceNumbers.shortly(-1e-4));
    assertEquals("-3.10", TraceNumbers.shortly(-3.1));
    assertEquals("40.2", TraceNumbers.shortly(40.17));
    assertEquals("2.5", TraceNumbers.chosen(2.5));
    assertEquals("10", TraceNumbers.chosen(10));
    assertEquals("109", TraceNumbers.sum(109.3));
    assertEquals("-3.1", TraceNumbers.sum(-3.1));
    assertEquals("2e-05", TraceNumbers.sum(2e-5));
  }
}
