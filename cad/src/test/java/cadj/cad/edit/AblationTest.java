package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.cad.edit.Ablation.Budget;
import cadj.cad.edit.Ablation.Count;
import cadj.cad.edit.Ablation.Per;
import cadj.cad.edit.Ablation.Ratio;
import cadj.cad.edit.Ablation.Which;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Which weights an ablation selects: budgets, groups, signs, ties.
class AblationTest {
  private static final float[] FOUR_AND_FOUR = {4, -1, 2, -3, 8, 7, 6, 5};

  /// Selected indices of one matrix `[rows, …]`.
  private static int[] selected(Which which, Per per, Budget budget, int rows, float... scores) {
    SequencedMap<String, Tensor> one = new LinkedHashMap<>();
    one.put("w", Tensor.of(scores, rows, scores.length / rows));
    return new Ablation(which, per, budget).select(one).getOrDefault("w", new int[0]);
  }

  @Test
  void aRatioIsTruncatedAsTheReferenceTruncates() {
    assertEquals(28, new Ratio(0.29).of(100));
    assertEquals(0, new Ratio(0.001).of(640));
    assertEquals(1, new Ratio(0.001).of(1280));
    assertEquals(7, new Ratio(1).of(7));
    assertEquals(0, new Ratio(0).of(7));
  }

  @Test
  void aCountIsExactOrAll() {
    assertEquals(3, new Count(3).of(10));
    assertEquals(2, new Count(3).of(2));
    assertEquals(0, new Count(0).of(2));
  }

  @Test
  void impossibleBudgetsAreRefused() {
    for (double ratio : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new Ratio(ratio));
    }
    assertThrows(IllegalArgumentException.class, () -> new Count(-1));
  }

  @Test
  void perRowEachRowHasItsBudget() {
    assertArrayEquals(
        new int[] {0, 4}, selected(Which.POSITIVE, Per.ROW, new Count(1), 2, FOUR_AND_FOUR));
    assertArrayEquals(
        new int[] {0, 4}, selected(Which.POSITIVE, Per.ROW, new Ratio(0.25), 2, FOUR_AND_FOUR));
    assertArrayEquals(
        new int[] {1, 3}, selected(Which.NEGATIVE, Per.ROW, new Count(2), 2, FOUR_AND_FOUR));
  }

  @Test
  void perMatrixAllRowsCompete() {
    assertArrayEquals(
        new int[] {4, 5}, selected(Which.POSITIVE, Per.MATRIX, new Count(2), 2, FOUR_AND_FOUR));
    assertArrayEquals(
        new int[] {4, 5}, selected(Which.POSITIVE, Per.MATRIX, new Ratio(0.25), 2, FOUR_AND_FOUR));
  }

  @Test
  void perModelAllParametersCompete() {
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    scores.put("b", Tensor.of(new float[] {1, 9, 2}, 3));
    scores.put("a", Tensor.of(new float[] {8, 3, -9, 7}, 2, 2));
    scores.put("c", Tensor.of(new float[] {0.5f}, 1));
    Map<String, int[]> three = new Ablation(Which.POSITIVE, Per.MODEL, new Count(3)).select(scores);
    assertEquals(List.of("b", "a"), List.copyOf(three.keySet()));
    assertArrayEquals(new int[] {1}, three.get("b"));
    assertArrayEquals(new int[] {0, 3}, three.get("a"));
    Map<String, int[]> half =
        new Ablation(Which.POSITIVE, Per.MODEL, new Ratio(0.5)).select(scores); // 4 of 8
    assertArrayEquals(new int[] {0, 1, 3}, half.get("a"));
  }

  /// They are ranked in one array. These two share one number, so that the test needs no memory.
  @Test
  void perModelNoMoreThanAnArrayHolds() {
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    scores.put("a", Tensor.scalar(1).expand(Shape.of(1 << 30)));
    scores.put("b", Tensor.scalar(1).expand(Shape.of(1 << 30)));
    Ablation ablation = new Ablation(Which.POSITIVE, Per.MODEL, new Count(3));
    assertEquals(
        "per model: more than 2^31-1 scores, 2147483648",
        assertThrows(IllegalArgumentException.class, () -> ablation.select(scores)).getMessage());
  }

  @Test
  void wrongSignsAreSpared() {
    assertArrayEquals(
        new int[] {0, 2, 4, 5, 6, 7},
        selected(Which.POSITIVE, Per.ROW, new Ratio(1), 2, FOUR_AND_FOUR));
    assertArrayEquals(
        new int[] {1, 3}, selected(Which.NEGATIVE, Per.ROW, new Ratio(1), 2, FOUR_AND_FOUR));
  }

  @Test
  void bothTakesEachEndWhateverTheSigns() {
    assertArrayEquals(
        new int[] {0, 3, 4, 7}, selected(Which.BOTH, Per.ROW, new Count(1), 2, FOUR_AND_FOUR));
    assertArrayEquals(
        new int[] {0, 1, 2, 3, 4, 5, 6, 7},
        selected(Which.BOTH, Per.ROW, new Count(2), 2, FOUR_AND_FOUR));
    assertArrayEquals(new int[] {0, 1, 2}, selected(Which.BOTH, Per.ROW, new Count(2), 1, 1, 2, 3));
  }

  @Test
  void zeroScoresHaveNoWrongSign() {
    assertArrayEquals(
        new int[] {0, 2}, selected(Which.POSITIVE, Per.ROW, new Count(2), 1, 1, -1, 0, -2));
    assertArrayEquals(
        new int[] {1, 2}, selected(Which.NEGATIVE, Per.ROW, new Count(2), 1, 1, -1, -0f, 2));
  }

  @Test
  void amongEqualScoresTheOrderInMemoryDecidesAndCountsHold() {
    for (Which which : List.of(Which.POSITIVE, Which.NEGATIVE)) {
      assertEquals(3, selected(which, Per.MATRIX, new Count(3), 2, new float[40]).length);
    }
    assertArrayEquals(
        new int[] {0, 1}, selected(Which.NEGATIVE, Per.ROW, new Count(2), 1, -1, -1, -1, 5));
    assertArrayEquals(
        new int[] {1, 2}, selected(Which.POSITIVE, Per.ROW, new Count(2), 1, 1, 1, 1, -5));
    assertArrayEquals(
        new int[] {0}, selected(Which.NEGATIVE, Per.ROW, new Count(1), 1, 0, -0f, 1)); // equal too
  }

  @Test
  void nothingIsSelectedForNoBudget() {
    for (Per per : List.of(Per.ROW, Per.MATRIX, Per.MODEL)) {
      for (Which which : Which.values()) {
        assertEquals(0, selected(which, per, new Count(0), 2, FOUR_AND_FOUR).length);
        assertEquals(0, selected(which, per, new Ratio(0.1), 8, FOUR_AND_FOUR).length);
      }
    }
  }

  @Test
  void infiniteScoresRankAndNoNumberIsRefused() {
    assertArrayEquals(
        new int[] {1},
        selected(
            Which.POSITIVE, Per.ROW, new Count(1), 1, 1, Float.POSITIVE_INFINITY, Float.MAX_VALUE));
    assertThrows(
        IllegalArgumentException.class,
        () -> selected(Which.POSITIVE, Per.ROW, new Count(1), 1, 1, Float.NaN));
  }

  @Test
  void oneDimensionIsOneRowAndConvolutionsHaveARowPerOutput() {
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    scores.put("bias", Tensor.of(new float[] {1, 3, 2}, 3));
    scores.put("kernel", Tensor.of(new float[] {1, 2, 3, 4, 8, 7, 6, 5}, 2, 1, 2, 2));
    scores.put("empty", Tensor.of(new float[0], 0, 4));
    Map<String, int[]> selected =
        new Ablation(Which.POSITIVE, Per.ROW, new Count(1)).select(scores);
    assertArrayEquals(new int[] {1}, selected.get("bias"));
    assertArrayEquals(new int[] {3, 4}, selected.get("kernel"));
    assertEquals(2, selected.size());
  }
}
