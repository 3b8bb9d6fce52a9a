package cadj.cad.edit;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/// Parts of one module that go or stay as a whole: the hidden neurons of a feed-forward block, the
/// heads of an attention, the filters of a convolution, or all of a layer.
///
/// A neuron is what computes and what reads one hidden value: its row of the first matrix (two of
/// them in a GEGLU, value and gate) and its column of the second. A head is its rows of the
/// projections to queries, keys and values, and its columns of what reads its output; in a joint
/// attention those of the image and of the text. A filter is the kernel of one output channel
/// [in,kh,kw]; a layer all parameters of one module.
///
/// @param module the checkpoint's key of what they are parts of: `…ff`, `…attn2`, `…conv1`
/// @param count how many
/// @param sides the parameters that they are made of
public record Units(String module, int count, List<Side> sides) {
  /// A feed-forward block with the module that holds its matrices, if that has a name of its own,
  /// and its first and second matrix: a UNet's, a text encoder's.
  private record FeedForward(String module, String first, String second) {}

  private static final List<FeedForward> FEED_FORWARD =
      List.of(
          new FeedForward("", "net.0.proj", "net.2"), new FeedForward("mlp", "mlp.fc1", "mlp.fc2"));

  private static final int KERNEL_RANK = 4;

  /// What makes queries, keys and values; of the text in a joint attention.
  private static final List<String> PROJECTIONS =
      List.of("to_q", "to_k", "to_v", "add_q_proj", "add_k_proj", "add_v_proj");

  /// What reads the heads' output; of the text in a joint attention.
  private static final List<String> OUTPUTS = List.of("to_out.0", "to_add_out");

  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  /// A parameter whose places along a dimension belong to units.
  ///
  /// @param dim 0 where they are rows, 1 for columns
  /// @param unit number of the unit to which a place belongs
  public record Side(String parameter, int dim, IntUnaryOperator unit) {
    /// Number of the unit to which the weight at flat index `i` of `tensor` belongs.
    public int unitOf(int i, Tensor tensor) {
      int columns = tensor.elements() / tensor.dim(0);
      return unit.applyAsInt(dim == 0 ? i / columns : i % columns);
    }

    /// Flat indices of the weights of `tensor` that belong to unit `number`, ascending.
    int[] indices(int number, Tensor tensor) {
      int rows = tensor.dim(0);
      int columns = rows == 0 ? 0 : tensor.elements() / rows;
      int[] places =
          IntStream.range(0, dim == 0 ? rows : columns)
              .filter(place -> unit.applyAsInt(place) == number)
              .toArray();
      return dim == 0
          ? Arrays.stream(places)
              .flatMap(row -> IntStream.range(row * columns, (row + 1) * columns))
              .toArray()
          : IntStream.range(0, rows)
              .flatMap(row -> Arrays.stream(places).map(place -> row * columns + place))
              .toArray();
    }
  }

  /// The neurons of each feed-forward block whose matrices are both scored; a scored bias of the
  /// first goes with them.
  public static List<Units> neurons(SequencedMap<String, Tensor> scores) {
    List<Units> out = new ArrayList<>();
    for (String name : scores.keySet()) {
      for (FeedForward matrices : FEED_FORWARD) {
        String second = matrices.second + WEIGHT;
        if (isOrEndsWith(name, second)) {
          String block = name.substring(0, name.length() - second.length());
          neurons(block, matrices, scores, out);
        }
      }
    }
    return out;
  }

  private static void neurons(
      String block, FeedForward matrices, SequencedMap<String, Tensor> scores, List<Units> out) {
    String reads = block + matrices.second + WEIGHT;
    String computes = block + matrices.first;
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
    out.add(new Units(withoutDot(block + matrices.module), n, sides));
  }

  private static String withoutDot(String prefix) {
    return prefix.endsWith(".") ? prefix.substring(0, prefix.length() - 1) : prefix;
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
      for (String part : OUTPUTS) {
        if (count > 0 && name.endsWith("." + part + WEIGHT)) {
          add(name, part, 1, requireMatrix(name, scores).dim(1), count, out);
        }
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
    out.computeIfAbsent(attention, its -> new Units(withoutDot(its), heads, new ArrayList<>()))
        .sides
        .add(new Side(name, dim, place -> place / size));
  }

  /// The filters of each convolution whose kernel [out,in,kh,kw] is scored; a scored bias goes with
  /// them.
  public static List<Units> filters(SequencedMap<String, Tensor> scores) {
    List<Units> out = new ArrayList<>();
    scores.forEach(
        (name, kernel) -> {
          if (kernel.rank() == KERNEL_RANK && name.endsWith(WEIGHT)) {
            String module = moduleOf(name);
            List<Side> sides = new ArrayList<>();
            for (String parameter : List.of(name, module + BIAS)) {
              if (scores.containsKey(parameter)) {
                sides.add(new Side(parameter, 0, output -> output));
              }
            }
            out.add(new Units(module, kernel.dim(0), sides));
          }
        });
    return out;
  }

  /// The scored parameters of each module, as one unit.
  public static List<Units> layers(SequencedMap<String, Tensor> scores) {
    SequencedMap<String, Units> out = new LinkedHashMap<>();
    for (String name : scores.keySet()) {
      out.computeIfAbsent(moduleOf(name), module -> new Units(module, 1, new ArrayList<>()))
          .sides
          .add(new Side(name, 0, place -> 0));
    }
    return List.copyOf(out.values());
  }

  /// The module that a parameter belongs to: its name without the last part.
  private static String moduleOf(String parameter) {
    return parameter.substring(0, Math.max(0, parameter.lastIndexOf('.')));
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

  /// Flat indices of one unit's weights, ascending, by parameter.
  public SequencedMap<String, int[]> weights(int unit, Map<String, Tensor> scores) {
    SequencedMap<String, int[]> out = new LinkedHashMap<>();
    for (Side side : sides) {
      out.put(side.parameter, side.indices(unit, requireNonNull(scores.get(side.parameter))));
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
