package cadj.cad.prediction;

import static cadj.tensor.shape.Require.require;

import cadj.cad.attribution.RandomMask;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Units;
import cadj.kernels.random.SplitMix64;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/// The sets that a protocol knocks out.
final class WeightSets {
  private WeightSets() {}

  /// `count` random sets of single weights, each weight with the probability `ratio`.
  static List<WeightSet> random(
      SequencedMap<String, Tensor> watched, double ratio, int count, long seed) {
    List<WeightSet> out = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      out.add(
          new WeightSet(
              WeightSet.Kind.RANDOM,
              Granularity.WEIGHT,
              ratio,
              random(watched, ratio, SplitMix64.at(seed, n))));
    }
    return out;
  }

  /// The random set of that seed.
  static SequencedMap<String, int[]> random(
      SequencedMap<String, Tensor> watched, double ratio, long seed) {
    RandomMask mask = RandomMask.of(seed, ratio, watched);
    SequencedMap<String, int[]> out = new LinkedHashMap<>();
    watched.forEach((name, w) -> put(out, name, mask.indices(name, w.elements())));
    return out;
  }

  /// `count` random sets of whole units, each unit with the probability `ratio`.
  static List<WeightSet> randomUnits(
      SequencedMap<String, Tensor> watched,
      Granularity granularity,
      List<Units> blocks,
      double ratio,
      int count,
      long seed) {
    require(!blocks.isEmpty(), "sets: no %s in the sites that are scored", granularity);
    List<WeightSet> out = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      RandomMask units =
          new RandomMask(SplitMix64.at(seed, n), RandomMask.threshold(ratio), Map.of());
      Map<String, boolean[]> marks = new LinkedHashMap<>();
      watched.forEach((name, w) -> marks.put(name, new boolean[w.elements()]));
      int first = 0;
      for (Units block : blocks) {
        boolean[] chosen = new boolean[block.count()];
        for (int unit = 0; unit < chosen.length; unit++) {
          chosen[unit] = units.has(first + unit);
        }
        block.mark(chosen, watched, marks);
        first += chosen.length;
      }
      SequencedMap<String, int[]> indices = new LinkedHashMap<>();
      marks.forEach((name, marked) -> put(indices, name, indices(marked)));
      out.add(new WeightSet(WeightSet.Kind.RANDOM, granularity, ratio, indices));
    }
    return out;
  }

  private static int[] indices(boolean... marked) {
    return IntStream.range(0, marked.length).filter(i -> marked[i]).toArray();
  }

  /// The highest scores of the whole model.
  static WeightSet top(
      SequencedMap<String, Tensor> scores,
      Granularity granularity,
      double ratio,
      ToIntFunction<String> heads) {
    Ablation.Per per =
        switch (granularity) {
          case WEIGHT -> Ablation.Per.MODEL;
          case NEURON -> Ablation.Per.NEURON;
          case HEAD -> Ablation.Per.HEAD;
          case LAYER -> throw new IllegalArgumentException("top sets: not of whole layers");
        };
    Ablation highest = new Ablation(Ablation.Which.POSITIVE, per, new Ablation.Ratio(ratio));
    return new WeightSet(WeightSet.Kind.TOP, granularity, ratio, highest.select(scores, heads));
  }

  /// Each parameter as a whole.
  static List<WeightSet> layers(SequencedMap<String, Tensor> watched) {
    long all = watched.values().stream().mapToLong(Tensor::elements).sum();
    List<WeightSet> out = new ArrayList<>();
    for (Map.Entry<String, Tensor> layer : watched.entrySet()) {
      int elements = layer.getValue().elements();
      SequencedMap<String, int[]> indices = new LinkedHashMap<>();
      put(indices, layer.getKey(), IntStream.range(0, elements).toArray());
      out.add(
          new WeightSet(
              WeightSet.Kind.RANDOM, Granularity.LAYER, (double) elements / all, indices));
    }
    return out;
  }

  private static void put(Map<String, int[]> out, String name, int... indices) {
    if (indices.length > 0) {
      out.put(name, indices);
    }
  }
}
