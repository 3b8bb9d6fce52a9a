package cadj.cad.unit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.edit.Ablation.Per;
import cadj.cad.edit.Units;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Sums of units against loops over rows and columns that are written out here.
class UnitScoreTest {
  private static final int HIDDEN = 5;
  private static final int DIM = 3;
  private static final String PROJ = "b.ff.net.0.proj.weight";
  private static final String PROJ_BIAS = "b.ff.net.0.proj.bias";
  private static final String OUT = "b.ff.net.2.weight";
  private static final SequencedMap<String, Tensor> SCORES = scores();

  private static SequencedMap<String, Tensor> scores() {
    SplittableRandom random = new SplittableRandom(3);
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put(PROJ, random(random, 2 * HIDDEN, DIM));
    out.put(PROJ_BIAS, random(random, 2 * HIDDEN));
    out.put(OUT, random(random, DIM, HIDDEN));
    out.put("b.attn1.to_q.weight", random(random, 4, DIM));
    out.put("b.attn1.to_k.weight", random(random, 4, DIM));
    out.put("b.attn1.to_v.weight", random(random, 4, DIM));
    out.put("b.attn1.to_out.0.weight", random(random, 6, 4));
    out.put("b.conv.weight", random(random, 3, 2, 2, 2));
    out.put("b.conv.bias", random(random, 3));
    out.put("b.norm.weight", random(random, 7));
    return out;
  }

  private static Tensor random(SplittableRandom random, int... dims) {
    int n = 1;
    for (int dim : dims) {
      n *= dim;
    }
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, dims);
  }

  private static int heads(String name) {
    return name.contains("attn1") ? 2 : 0;
  }

  private static List<UnitScore> of(Per per) {
    return UnitScore.of(per.units(SCORES, UnitScoreTest::heads), SCORES);
  }

  /// Positive and negative scores, and how many there are.
  private static final class Sum {
    private double positive;
    private double negative;
    private long weights;

    void add(String parameter, int... place) {
      double score = SCORES.get(parameter).get(place);
      positive += Math.max(score, 0);
      negative += Math.min(score, 0);
      weights++;
    }

    void assertIs(UnitScore unit) {
      assertEquals(positive, unit.positive(), 1e-12, unit.name());
      assertEquals(negative, unit.negative(), 1e-12, unit.name());
      assertEquals(positive + negative, unit.sum(), 1e-12, unit.name());
      assertEquals(weights, unit.weights(), unit.name());
    }
  }

  @Test
  void aNeuronIsValueRowGateRowTheirBiasesAndColumn() {
    List<UnitScore> found = of(Per.NEURON);
    assertEquals(HIDDEN, found.size());
    for (int j = 0; j < HIDDEN; j++) {
      Sum sum = new Sum();
      for (int i = 0; i < DIM; i++) {
        sum.add(PROJ, j, i);
        sum.add(PROJ, j + HIDDEN, i);
        sum.add(OUT, i, j);
      }
      sum.add(PROJ_BIAS, j);
      sum.add(PROJ_BIAS, j + HIDDEN);
      sum.assertIs(found.get(j));
      assertEquals("b.ff #" + j, found.get(j).name());
    }
  }

  @Test
  void aHeadIsSlicesOfRowsAndColumns() {
    List<UnitScore> found = of(Per.HEAD);
    assertEquals(2, found.size());
    for (int head = 0; head < 2; head++) {
      Sum sum = new Sum();
      for (int channel = 2 * head; channel < 2 * head + 2; channel++) {
        for (int i = 0; i < DIM; i++) {
          sum.add("b.attn1.to_q.weight", channel, i);
          sum.add("b.attn1.to_k.weight", channel, i);
          sum.add("b.attn1.to_v.weight", channel, i);
        }
        for (int row = 0; row < 6; row++) {
          sum.add("b.attn1.to_out.0.weight", row, channel);
        }
      }
      sum.assertIs(found.get(head));
    }
  }

  @Test
  void aFilterIsOneKernelAndItsBias() {
    List<UnitScore> found = of(Per.FILTER);
    assertEquals(3, found.size());
    for (int output = 0; output < 3; output++) {
      Sum sum = new Sum();
      for (int at = 0; at < 8; at++) {
        sum.add("b.conv.weight", output, at / 4, at / 2 % 2, at % 2);
      }
      sum.add("b.conv.bias", output);
      sum.assertIs(found.get(output));
    }
  }

  @Test
  void layersAddUpToTheWhole() {
    List<UnitScore> found = of(Per.LAYER);
    List<String> names = found.stream().map(UnitScore::name).toList();
    assertEquals(
        List.of(
            "b.ff.net.0.proj",
            "b.ff.net.2",
            "b.attn1.to_q",
            "b.attn1.to_k",
            "b.attn1.to_v",
            "b.attn1.to_out.0",
            "b.conv",
            "b.norm"),
        names);
    double all = 0;
    for (Tensor score : SCORES.values()) {
      for (float s : score.toFloats()) {
        all += s;
      }
    }
    assertEquals(all, found.stream().mapToDouble(UnitScore::sum).sum(), 1e-12);
  }

  @Test
  void theStrongestAreToldBySignAndOrder() {
    List<UnitScore> all = of(Per.FILTER);
    UnitBreakdown two = new UnitBreakdown(Per.FILTER, all, 2);
    List<UnitScore> sorted = new ArrayList<>(all);
    sorted.sort((a, b) -> Double.compare(b.sum(), a.sum()));
    assertEquals(sorted.stream().filter(u -> u.sum() > 0).limit(2).toList(), two.mostPositive());
    assertEquals(
        sorted.reversed().stream().filter(u -> u.sum() < 0).limit(2).toList(), two.mostNegative());
    List<UnitScore> neurons = of(Per.NEURON);
    UnitBreakdown five = new UnitBreakdown(Per.NEURON, neurons, HIDDEN);
    List<UnitScore> ranked = new ArrayList<>(neurons);
    ranked.sort((a, b) -> Double.compare(b.sum(), a.sum()));
    assertEquals(ranked.stream().filter(u -> u.sum() > 0).toList(), five.mostPositive());
    assertEquals(ranked.reversed().stream().filter(u -> u.sum() < 0).toList(), five.mostNegative());
    assertEquals("filter", two.json().get("by"));
    assertEquals("3 filters in 1 modules, by the sums of their scores", two.lines().getFirst());
  }

  /// By the sum, not by its parts; one whose parts cancel is neither.
  @Test
  void sumsDecide() {
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    scores.put("c.weight", Tensor.of(new float[] {1, -9, -2, -3, 4, -4, 8, -1, 5, 1}, 5, 2, 1, 1));
    List<UnitScore> all = UnitScore.of(Per.FILTER.units(scores, name -> 0), scores);
    UnitBreakdown found = new UnitBreakdown(Per.FILTER, all, 5);
    assertEquals(List.of(3, 4), found.mostPositive().stream().map(UnitScore::number).toList());
    assertEquals(List.of(0, 1), found.mostNegative().stream().map(UnitScore::number).toList());
    scores.put("c.weight", Tensor.of(new float[] {0, -5, 7, -6, 4, -4, 8, -1, 5, 1}, 5, 2, 1, 1));
    scores.put("d.weight", Tensor.of(new float[] {2, -6}, 1, 2, 1, 1));
    all = UnitScore.of(Per.FILTER.units(scores, name -> 0), scores);
    found = new UnitBreakdown(Per.FILTER, all, 5);
    assertEquals(List.of("c #0", "d"), found.mostNegative().stream().map(UnitScore::name).toList());
    assertEquals(
        List.of("c #3", "c #4", "c #1"),
        found.mostPositive().stream().map(UnitScore::name).toList());
  }

  @Test
  void theLargestWeightsComeFirstWithTheirPlaces() {
    for (UnitScore neuron : of(Per.NEURON)) {
      int j = neuron.number();
      List<Float> all = new ArrayList<>();
      for (int i = 0; i < DIM; i++) {
        all.add((float) SCORES.get(PROJ).get(j, i));
        all.add((float) SCORES.get(PROJ).get(j + HIDDEN, i));
        all.add((float) SCORES.get(OUT).get(i, j));
      }
      all.add((float) SCORES.get(PROJ_BIAS).get(j));
      all.add((float) SCORES.get(PROJ_BIAS).get(j + HIDDEN));
      all.sort((a, b) -> Float.compare(Math.abs(b), Math.abs(a)));
      List<TopWeights.Weight> top = TopWeights.of(neuron, SCORES, 4);
      assertEquals(all.subList(0, 4), top.stream().map(TopWeights.Weight::score).toList());
      for (TopWeights.Weight weight : top) {
        assertEquals(SCORES.get(weight.parameter()).get(weight.place()), weight.score(), 0);
      }
      assertEquals(all.subList(0, 1), List.of(TopWeights.of(neuron, SCORES, 1).getFirst().score()));
    }
  }

  /// Each weight on the page once, whatever it belongs to.
  @Test
  void thePageHasEveryParameterInOneModule() {
    List<Units> modules = DrillDown.modules(SCORES, UnitScoreTest::heads);
    List<String> parameters =
        modules.stream()
            .flatMap(units -> units.sides().stream())
            .map(Units.Side::parameter)
            .toList();
    assertEquals(List.copyOf(SCORES.keySet()), parameters);
    assertArrayEquals(
        new int[] {HIDDEN, 2, 3, 1}, modules.stream().mapToInt(Units::count).toArray());
    SequencedMap<String, Tensor> half = new LinkedHashMap<>(SCORES);
    half.remove(PROJ);
    half.remove(PROJ_BIAS);
    assertEquals(
        List.of("b.ff.net.2", "b.attn1", "b.conv", "b.norm"),
        DrillDown.modules(half, UnitScoreTest::heads).stream().map(Units::module).toList());
  }
}
