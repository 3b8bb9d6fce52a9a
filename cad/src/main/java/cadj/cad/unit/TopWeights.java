package cadj.cad.unit;

import static java.util.Objects.requireNonNull;

import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The weights of a unit with the largest scores, whatever their signs.
final class TopWeights {
  private TopWeights() {}

  /// @param place of the weight in its parameter, an index for each dimension
  record Weight(String parameter, int[] place, float score) {
    /// `[3,17]`
    String at() {
      return Arrays.stream(place)
          .mapToObj(Integer::toString)
          .collect(Collectors.joining(",", "[", "]"));
    }
  }

  /// At most `count`, largest first; among equal ones the order in memory.
  static List<Weight> of(UnitScore unit, Map<String, Tensor> scores, int count) {
    List<Weight> out = new ArrayList<>();
    unit.units()
        .weights(unit.number(), scores)
        .forEach(
            (parameter, indices) -> {
              Tensor tensor = requireNonNull(scores.get(parameter));
              float[] values = tensor.toFloats();
              Arrays.stream(indices)
                  .boxed()
                  .sorted(Comparator.comparingDouble(i -> -Math.abs(values[i])))
                  .limit(count)
                  .forEach(i -> out.add(new Weight(parameter, place(i, tensor), values[i])));
            });
    return out.stream()
        .sorted(Comparator.comparingDouble(weight -> -Math.abs(weight.score)))
        .limit(count)
        .toList();
  }

  private static int[] place(int flat, Tensor tensor) {
    int[] out = new int[tensor.rank()];
    int rest = flat;
    for (int dim = out.length - 1; dim >= 0; dim--) {
      out[dim] = rest % tensor.dim(dim);
      rest /= tensor.dim(dim);
    }
    return out;
  }
}
