package cadj.cad.edit;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;

/// Parts of one layer that go or stay as a whole: the hidden neurons of a feed-forward block, or
/// the heads of an attention.
///
/// A neuron is what computes and what reads one hidden value: its row of the first matrix (two of
/// them in a GEGLU, value and gate) and its column of the second. A head is its rows of the
/// projections to queries, keys and values, and its columns of the one that reads its output.
///
/// @param count how many
/// @param sides the parameters that they are made of
public record Units(int count, List<Side> sides) {
  /// A first matrix of a feed-forward block and the second: a UNet's, a text encoder's.
  private static final List<List<String>> FEED_FORWARD =
      List.of(List.of("net.0.proj", "net.2"), List.of("mlp.fc1", "mlp.fc2"));

  /// What makes queries, keys and values.
  private static final List<String> PROJECTIONS = List.of("to_q", "to_k", "to_v");

  private static final String OUT = "to_out.0";
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  /// A parameter whose places along a dimension belong to units.
  ///
  /// @param dim 0 where they are rows, 1 for columns
  /// @param unit number of the unit to which a place belongs
  public record Side(String parameter, int dim, IntUnaryOperator unit) {
    /// Number of the unit to which the weight at flat index `i` of `tensor` belongs.
    int unitOf(int i, Tensor tensor) {
      int columns = tensor.elements() / tensor.dim(0);
      return unit.applyAsInt(dim == 0 ? i / columns : i % columns);
    }
  }

  /// The neurons of each feed-forward block whose matrices are both scored; a scored bias of the
  /// first goes with them.
  public static List<Units> neurons(SequencedMap<String, Tensor> scores) {
    List<Units> out = new ArrayList<>();
    for (String name : scores.keySet()) {
      for (List<String> pair : FEED_FORWARD) {
        String second = pair.getLast() + WEIGHT;
        if (isOrEndsWith(name, second)) {
          String block = name.substring(0, name.length() - second.length());
          neurons(block, pair, scores, out);
        }
      }
    }
    return out;
  }

  private static void neurons(
      String block, List<String> pair, SequencedMap<String, Tensor> scores, List<Units> out) {
    String reads = block + pair.getLast() + WEIGHT;
    String computes = block + pair.getFirst();
    require(
        scores.containsKey(computes + WEIGHT),
        "per neuron: %s is scored, %s is not",
        reads,
        computes + WEIGHT);
    Tensor first = requireMatrix(computes + WEIGHT, scores);
    int n = requireMatrix(reads, scores).dim(1);
    require(
        n > 0 && (first.dim(0) == n || first.dim(0) == 2 * n),
        "per neuron: expected %d or %d rows of %s, one or two for each column of %s, got %s",
        n,
        2 * n,
        computes + WEIGHT,
        reads,
        first.shape());
    List<Side> sides = new ArrayList<>();
    for (String parameter : List.of(computes + WEIGHT, computes + BIAS)) {
      if (scores.containsKey(parameter)) {
        sides.add(new Side(parameter, 0, row -> row % n));
      }
    }
    sides.add(new Side(reads, 1, column -> column));
    out.add(new Units(n, sides));
  }

  /// The heads of each attention of which anything is scored.
  ///
  /// @param heads how many the attention has that a parameter belongs to; 0 for one of none
  public static List<Units> heads(
      SequencedMap<String, Tensor> scores, ToIntFunction<String> heads) {
    SequencedMap<String, Units> out = new LinkedHashMap<>();
    for (String name : scores.keySet()) {
      int count = heads.applyAsInt(name);
      for (String part : PROJECTIONS) {
        if (count > 0 && name.endsWith("." + part + WEIGHT)) {
          int width = requireMatrix(name, scores).dim(0);
          add(name, part, 0, width, count, out);
        }
      }
      if (count > 0 && name.endsWith("." + OUT + WEIGHT)) {
        add(name, OUT, 1, requireMatrix(name, scores).dim(1), count, out);
      }
    }
    return List.copyOf(out.values());
  }

  private static void add(
      String name, String part, int dim, int width, int heads, Map<String, Units> out) {
    require(
        width > 0 && width % heads == 0,
        "per head: %d heads must divide dimension %d of %s, %d",
        heads,
        dim,
        name,
        width);
    int size = width / heads;
    String attention = name.substring(0, name.length() - (part + WEIGHT).length());
    out.computeIfAbsent(attention, its -> new Units(heads, new ArrayList<>()))
        .sides
        .add(new Side(name, dim, place -> place / size));
  }

  private static boolean isOrEndsWith(String name, String end) {
    return name.equals(end) || name.endsWith("." + end);
  }

  private static Tensor requireMatrix(String name, SequencedMap<String, Tensor> scores) {
    Tensor matrix = requireNonNull(scores.get(name));
    require(matrix.rank() == 2, "per unit: expected %s to be a matrix", name);
    return matrix;
  }

  /// The sum of each unit's scores.
  double[] sums(Map<String, Tensor> scores) {
    double[] out = new double[count];
    for (Side side : sides) {
      Tensor tensor = requireNonNull(scores.get(side.parameter));
      float[] values = tensor.toFloats();
      for (int i = 0; i < values.length; i++) {
        out[side.unitOf(i, tensor)] += values[i];
      }
    }
    return out;
  }

  /// Marks all weights of the chosen units.
  public void mark(boolean[] chosen, Map<String, Tensor> scores, Map<String, boolean[]> weights) {
    for (Side side : sides) {
      Tensor tensor = requireNonNull(scores.get(side.parameter));
      boolean[] marks = requireNonNull(weights.get(side.parameter));
      for (int i = 0; i < marks.length; i++) {
        marks[i] |= chosen[side.unitOf(i, tensor)];
      }
    }
  }
}
