package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.GradientSum;
import cadj.autograd.graph.Tape;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;

/// Adds up gradients unit by unit, and how much of the scores each layer got at each time step.
///
/// Since weights stay as they are, Σ w·∂J/∂w = w·Σ ∂J/∂w: one sum serves scores and raw gradients.
/// The state can be saved between units and taken up again with the same bits.
final class Accumulator {
  private static final String NEXT_UNIT = "next_unit";

  private final SequencedMap<String, Tensor> watched;
  private final Map<String, GradientSum> sums = new LinkedHashMap<>();

  private final Map<Tensor, Row> rows = new HashMap<>();
  private final int steps;
  private final double[] positive;
  private final double[] negative;
  private final double[] objectives;
  private int next;

  /// What belongs to one watched parameter.
  ///
  /// @param number its row in the tables
  private record Row(int number, GradientSum sum) {}

  Accumulator(SequencedMap<String, Tensor> watched, int steps) {
    this.watched = watched;
    this.steps = steps;
    this.positive = new double[watched.size() * steps];
    this.negative = new double[watched.size() * steps];
    this.objectives = new double[steps];
    watched.forEach(
        (name, tensor) -> {
          GradientSum sum = Scope.outside(() -> GradientSum.zero(tensor));
          sums.put(name, sum);
          rows.put(tensor, new Row(rows.size(), sum));
        });
    require(rows.size() == watched.size(), "attribution: a parameter is watched under two names");
  }

  /// The first unit not added yet.
  int next() {
    return next;
  }

  /// Adds unit [#next], evaluated at step `step`.
  void add(int step, Function<Tape.Receiver, Scored> objective) {
    // [parameters,2]; zero for those that the unit does not reach, and read once all are added.
    Tensor totals = Tensor.zeros(DType.F32, Shape.of(rows.size(), 2));
    Scored scored = objective.apply((w, gradient) -> add(w, gradient, totals));
    double[] bySign = totals.toDoubles();
    for (int row = 0; row < rows.size(); row++) {
      positive[row * steps + step] += bySign[2 * row];
      negative[row * steps + step] += bySign[2 * row + 1];
    }
    objectives[step] += scored.value();
    next++;
  }

  private void add(Tensor w, Tensor gradient, Tensor totals) {
    Row row = Objects.requireNonNull(rows.get(w));
    row.sum().add(gradient, w, totals.slice(0, row.number(), row.number() + 1));
  }

  /// Σ ∂J/∂w of a watched parameter, divided by `divisor`.
  float[] gradient(String name, double divisor) {
    float[] out = sums.get(name).sum().toFloats();
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (out[i] / divisor);
    }
    return out;
  }

  /// [parameters,steps]
  double[] positive(double divisor) {
    return divided(positive, divisor);
  }

  /// [parameters,steps]
  double[] negative(double divisor) {
    return divided(negative, divisor);
  }

  /// [steps]
  double[] objectives(double divisor) {
    return divided(objectives, divisor);
  }

  private static double[] divided(double[] values, double divisor) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i] / divisor;
    }
    return out;
  }

  /// Writes the state, with what identifies the run.
  void save(Path file, Map<String, String> identity) {
    SafetensorsWriter writer = new SafetensorsWriter();
    identity.forEach(writer::metadata);
    writer.metadata(NEXT_UNIT, Integer.toString(next));
    sums.forEach(
        (name, sum) -> {
          writer.add("sum/" + name, sum.sum());
          writer.add("carry/" + name, sum.carry());
        });
    writer.add("positive", Tensor.of(positive.clone(), watched.size(), steps));
    writer.add("negative", Tensor.of(negative.clone(), watched.size(), steps));
    writer.add("objectives", Tensor.of(objectives.clone(), steps));
    writer.write(file);
  }

  /// Takes up a saved state.
  ///
  /// @param units of the whole run
  /// @throws FileFormatException if the file is of another run, or damaged
  void load(Path file, Map<String, String> identity, int units) {
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      identity.forEach(
          (key, value) -> {
            String found = saved.metadata().getOrDefault(key, "nothing");
            if (!found.equals(value)) {
              throw new FileFormatException(
                  file,
                  key,
                  value + " (an unfinished run of other settings; delete it to start anew)",
                  found);
            }
          });
      sums.forEach(
          (name, sum) -> {
            sum.sum().copyFrom(read(saved, "sum/" + name, sum.sum()));
            sum.carry().copyFrom(read(saved, "carry/" + name, sum.carry()));
          });
      copy(read(saved, "positive", Tensor.of(positive, watched.size(), steps)), positive);
      copy(read(saved, "negative", Tensor.of(negative, watched.size(), steps)), negative);
      copy(read(saved, "objectives", Tensor.of(objectives, steps)), objectives);
      next = number(saved, units);
    }
  }

  private static int number(SafetensorsFile saved, int units) {
    String text = saved.metadata(NEXT_UNIT);
    try {
      int unit = Integer.parseInt(text);
      if (unit >= 0 && unit <= units) {
        return unit;
      }
    } catch (NumberFormatException notANumber) {
      // told below
    }
    throw new FileFormatException(
        saved.path(), NEXT_UNIT, "0 to " + units, FileFormatException.quote(text));
  }

  private static Tensor read(SafetensorsFile saved, String name, Tensor like) {
    if (!saved.shape(name).equals(like.shape()) || saved.dtype(name) != like.dtype()) {
      throw new FileFormatException(
          saved.path(), name, like.toString(), saved.dtype(name) + " " + saved.shape(name));
    }
    return saved.tensor(name);
  }

  private static void copy(Tensor from, double[] to) {
    System.arraycopy(from.toDoubles(), 0, to, 0, to.length);
  }
}
