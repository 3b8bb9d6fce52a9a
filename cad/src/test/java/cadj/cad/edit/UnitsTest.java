package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.cad.edit.Ablation.Count;
import cadj.cad.edit.Ablation.Per;
import cadj.cad.edit.Ablation.Ratio;
import cadj.cad.edit.Ablation.Which;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Neurons and heads of small made-up layers, whose indices can be read off.
class UnitsTest {
  private static final String FIRST = "a.ff.net.0.proj.weight";
  private static final String SECOND = "a.ff.net.2.weight";

  /// Three neurons in a GEGLU of two channels: sums 1 + 10 + 0.5, −2 − 20 − 0.25, 3 − 3 + 0.
  private static SequencedMap<String, Tensor> geglu() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put(
        FIRST,
        Tensor.of(
            new float[] {
              0.5f,
              0.5f, // value of 0
              -1,
              -1, // of 1
              1,
              2, // of 2
              4,
              6, // gate of 0
              -5,
              -15, // of 1
              -1,
              -2 // of 2
            },
            6,
            2));
    out.put("a.norm3.weight", Tensor.of(new float[] {9, 9}, 2));
    out.put(SECOND, Tensor.of(new float[] {0.25f, -0.25f, 1, 0.25f, 0, -1}, 2, 3));
    return out;
  }

  private static Map<String, int[]> neurons(Which which, Ablation.Budget budget) {
    return new Ablation(which, Per.NEURON, budget).select(geglu());
  }

  @Test
  void aNeuronIsItsTwoRowsAndItsColumn() {
    Map<String, int[]> highest = neurons(Which.POSITIVE, new Count(1));
    assertEquals(List.of(FIRST, SECOND), List.copyOf(highest.keySet()));
    assertArrayEquals(new int[] {0, 1, 6, 7}, highest.get(FIRST));
    assertArrayEquals(new int[] {0, 3}, highest.get(SECOND));
    Map<String, int[]> lowest = neurons(Which.NEGATIVE, new Count(1));
    assertArrayEquals(new int[] {2, 3, 8, 9}, lowest.get(FIRST));
    assertArrayEquals(new int[] {1, 4}, lowest.get(SECOND));
  }

  @Test
  void neuronsWhoseSumHasTheWrongSignAreSpared() {
    assertArrayEquals(
        new int[] {0, 2, 3, 5}, neurons(Which.POSITIVE, new Ratio(1)).get(SECOND)); // 2 sums to 0
    assertArrayEquals(new int[] {1, 2, 4, 5}, neurons(Which.NEGATIVE, new Ratio(1)).get(SECOND));
    assertEquals(6, neurons(Which.BOTH, new Ratio(1)).get(SECOND).length);
    assertEquals(Map.of(), neurons(Which.POSITIVE, new Ratio(0.33)));
    assertArrayEquals(new int[] {0, 3}, neurons(Which.POSITIVE, new Ratio(0.34)).get(SECOND));
  }

  @Test
  void neuronsOfAllBlocksAreRankedTogether() {
    SequencedMap<String, Tensor> two = geglu();
    two.put("t.mlp.fc1.weight", Tensor.of(new float[] {30, 5}, 2, 1)); // no gate
    two.put("t.mlp.fc1.bias", Tensor.of(new float[] {-10, 5}, 2));
    two.put("t.mlp.fc2.weight", Tensor.of(new float[] {0, 0.5f}, 1, 2));
    Ablation two2 = new Ablation(Which.POSITIVE, Per.NEURON, new Count(2));
    Map<String, int[]> chosen = two2.select(two); // 20 and 11.5, before 10.5
    assertArrayEquals(new int[] {0}, chosen.get("t.mlp.fc1.weight"));
    assertArrayEquals(new int[] {0}, chosen.get("t.mlp.fc1.bias"));
    assertArrayEquals(new int[] {0}, chosen.get("t.mlp.fc2.weight"));
    assertArrayEquals(new int[] {0, 3}, chosen.get(SECOND));
  }

  /// Four channels, two heads of two; three of context.
  private static SequencedMap<String, Tensor> attention(String name, float head0, float head1) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    for (String part : List.of("to_q", "to_k", "to_v")) {
      float[] scores = new float[12];
      scores[part.equals("to_v") ? 5 : 0] = head0;
      scores[part.equals("to_v") ? 6 : 11] = head1;
      out.put(name + "." + part + ".weight", Tensor.of(scores, 4, 3));
    }
    float[] scores = new float[16]; // columns 0, 1 read head 0
    scores[13] = head0;
    scores[2] = head1;
    out.put(name + ".to_out.0.weight", Tensor.of(scores, 4, 4));
    return out;
  }

  @Test
  void aHeadIsRowsOfProjectionsAndColumnsOfTheOutput() {
    SequencedMap<String, Tensor> scores = attention("a", 1, -1);
    scores.putAll(attention("b", -3, 2));
    scores.put("b.other.weight", Tensor.of(new float[] {9}, 1, 1));
    Ablation highest = new Ablation(Which.POSITIVE, Per.HEAD, new Ratio(0.25));
    Map<String, int[]> chosen = highest.select(scores, name -> name.contains(".to_") ? 2 : 0);
    assertEquals(
        List.of("b.to_q.weight", "b.to_k.weight", "b.to_v.weight", "b.to_out.0.weight"),
        List.copyOf(chosen.keySet()));
    for (String part : List.of("to_q", "to_k", "to_v")) {
      assertArrayEquals(new int[] {6, 7, 8, 9, 10, 11}, chosen.get("b." + part + ".weight"), part);
    }
    assertArrayEquals(new int[] {2, 3, 6, 7, 10, 11, 14, 15}, chosen.get("b.to_out.0.weight"));
    Ablation all = new Ablation(Which.POSITIVE, Per.HEAD, new Ratio(1));
    assertArrayEquals(
        new int[] {0, 1, 2, 3, 4, 5},
        all.select(scores, name -> name.contains(".to_") ? 2 : 0).get("a.to_q.weight"));
  }

  private static void assertRefused(
      String message, Per per, SequencedMap<String, Tensor> scores, int heads) {
    Ablation ablation = new Ablation(Which.POSITIVE, per, new Count(1));
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> ablation.select(scores, name -> heads))
            .getMessage());
  }

  @Test
  void scoresWithoutUnitsAreRefused() {
    assertRefused(
        "per neuron: none of the 4 scored parameters belongs to a feed-forward block"
            + " (--sites ff scores those)",
        Per.NEURON,
        attention("a", 1, 1),
        2);
    assertRefused(
        "per head: none of the 3 scored parameters belongs to an attention (--sites attention"
            + " scores those)",
        Per.HEAD,
        geglu(),
        0);
    assertRefused(
        "per filter: none of the 3 scored parameters belongs to a convolution (--sites convolution"
            + " scores those)",
        Per.FILTER,
        geglu(),
        0);
    SequencedMap<String, Tensor> half = geglu();
    half.remove(FIRST);
    assertRefused(
        "per neuron: " + SECOND + " is scored, " + FIRST + " is not", Per.NEURON, half, 0);
    SequencedMap<String, Tensor> odd = geglu();
    odd.put(FIRST, Tensor.of(new float[4], 4, 1));
    assertRefused(
        "per neuron: expected 3 or 6 rows of "
            + FIRST
            + ", one or two for each column of "
            + SECOND
            + ", got [4,1]",
        Per.NEURON,
        odd,
        0);
    assertRefused(
        "per head: 3 heads must divide dimension 0 of a.to_q.weight, 4",
        Per.HEAD,
        attention("a", 1, 1),
        3);
    assertEquals(
        "per head: expected the number of heads",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new Ablation(Which.POSITIVE, Per.HEAD, new Count(1))
                        .select(attention("a", 1, 1)))
            .getMessage());
  }

  /// Two filters of two channels, 1×2 each: sums 1 + 2 + 3 + 4 − 5 = 5 and 0.5 + 0.25 = 0.75.
  private static SequencedMap<String, Tensor> convolution() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put("c.weight", Tensor.of(new float[] {1, 2, 3, 4, 0.5f, 0, 0, 0.25f}, 2, 2, 1, 2));
    out.put("c.bias", Tensor.of(new float[] {-5, 0}, 2));
    out.put("d.weight", Tensor.of(new float[] {2, -8}, 2, 1, 1, 1));
    out.put("e.weight", Tensor.of(new float[] {7, 7}, 1, 2)); // no convolution
    return out;
  }

  @Test
  void aFilterIsTheKernelOfOneOutputAndItsBias() {
    Map<String, int[]> two =
        new Ablation(Which.POSITIVE, Per.FILTER, new Count(2)).select(convolution());
    assertEquals(List.of("c.weight", "c.bias", "d.weight"), List.copyOf(two.keySet()));
    assertArrayEquals(new int[] {0, 1, 2, 3}, two.get("c.weight"));
    assertArrayEquals(new int[] {0}, two.get("c.bias"));
    assertArrayEquals(new int[] {0}, two.get("d.weight"));
    Map<String, int[]> lowest =
        new Ablation(Which.NEGATIVE, Per.FILTER, new Count(1)).select(convolution());
    assertEquals(List.of("d.weight"), List.copyOf(lowest.keySet()));
    assertArrayEquals(new int[] {1}, lowest.get("d.weight"));
  }

  /// Sums 5.75 with the bias (10.75 without), −6 and 14.
  @Test
  void aLayerIsAllParametersOfItsModule() {
    Map<String, int[]> two =
        new Ablation(Which.POSITIVE, Per.LAYER, new Count(2)).select(convolution());
    assertEquals(List.of("c.weight", "c.bias", "e.weight"), List.copyOf(two.keySet()));
    assertEquals(8, two.get("c.weight").length);
    assertArrayEquals(new int[] {0, 1}, two.get("c.bias"));
  }

  @Test
  void weightsOfOneUnitAreFlatIndices() {
    Units neurons = Units.neurons(geglu()).getFirst();
    assertEquals("a.ff", neurons.module());
    Map<String, int[]> second = neurons.weights(1, geglu());
    assertArrayEquals(new int[] {2, 3, 8, 9}, second.get(FIRST));
    assertArrayEquals(new int[] {1, 4}, second.get(SECOND));
    Units heads = Units.heads(attention("b", 1, 1), name -> 2).getFirst();
    assertEquals("b", heads.module());
    Map<String, int[]> head = heads.weights(1, attention("b", 1, 1));
    assertArrayEquals(new int[] {6, 7, 8, 9, 10, 11}, head.get("b.to_k.weight"));
    assertArrayEquals(new int[] {2, 3, 6, 7, 10, 11, 14, 15}, head.get("b.to_out.0.weight"));
    Units filters = Units.filters(convolution()).getFirst();
    assertEquals("c", filters.module());
    assertArrayEquals(new int[] {4, 5, 6, 7}, filters.weights(1, convolution()).get("c.weight"));
    assertArrayEquals(new int[] {1}, filters.weights(1, convolution()).get("c.bias"));
    SequencedMap<String, Tensor> text = new LinkedHashMap<>();
    text.put("t.mlp.fc1.weight", Tensor.of(new float[2], 2, 1));
    text.put("t.mlp.fc2.weight", Tensor.of(new float[2], 1, 2));
    assertEquals("t.mlp", Units.neurons(text).getFirst().module());
  }
}
