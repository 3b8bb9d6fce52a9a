package cadj.cad.attribution;

import static java.util.Objects.requireNonNull;

import cadj.kernels.device.DType;
import cadj.models.pipeline.FiniteValues;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What one trajectory adds up to so far, on the device or in a file: compensated sums, and
/// positive and negative scores by parameter and step. Its state can be saved after any point and
/// taken up again with the same bits.
final class TrajectorySums implements Estimator.Sums {
  private final List<String> sums;
  private final SequencedMap<String, Tensor> watched;
  private final int steps;

  /// Rows of `totals`: all parameters of the first sum, then those of the next.
  private final Map<String, Row> rows = new LinkedHashMap<>();

  /// Positive and negative scores of the present point [rows,2], read once when it is done.
  private final Tensor totals;

  private final BitSet written = new BitSet();
  private StepTables tables;
  private int step;

  /// J where the estimator expands, if it told so at the present point.
  private @Nullable Double expansion;

  /// One sum of one parameter, and the number of its row.
  private record Row(int number, RunningSum sum) {}

  /// Empty sums of every one of `sums` for each of `watched`.
  TrajectorySums(List<String> sums, SequencedMap<String, Tensor> watched, int steps) {
    this.sums = sums;
    this.watched = watched;
    this.steps = steps;
    this.tables = new StepTables(watched.size(), steps);
    for (String sum : sums) {
      watched.forEach(
          (name, w) ->
              rows.put(Trajectory.key(sum, name), new Row(rows.size(), RunningSum.zero(w))));
    }
    totals = Scope.outside(() -> Tensor.zeros(DType.F32, Shape.of(Math.max(1, rows.size()), 2)));
  }

  /// What a saved state takes.
  long bytes() {
    long weights = watched.values().stream().mapToLong(Tensor::elements).sum();
    return weights * sums.size() * 2 * Float.BYTES;
  }

  /// Begins a point at scored step `step`.
  void begin(int step) {
    this.step = step;
  }

  @Override
  public void expandedAt(double objective) {
    expansion = objective;
  }

  @Override
  public void add(String sum, String parameter, Tensor addend, Tensor factor) {
    Row row = requireNonNull(rows.get(Trajectory.key(sum, parameter)));
    if (written.get(row.number)) {
      readTotals(); // an estimator that adds several times at one point
    }
    row.sum.add(addend, factor, totals.slice(0, row.number, row.number + 1).reshape(2));
    written.set(row.number);
  }

  /// Ends the point that [#begin] began.
  ///
  /// @param objective J there
  void end(double objective) {
    readTotals();
    tables.addObjective(step, objective, expansion == null ? objective : expansion);
    expansion = null;
  }

  private void readTotals() {
    if (written.isEmpty()) {
      return;
    }
    float[] values = totals.toFloats();
    for (Row row : rows.values()) {
      if (written.get(row.number)) {
        int parameter = row.number % watched.size();
        requireFinite(values, row, parameter);
        tables.addScores(parameter, step, values[2 * row.number], values[2 * row.number + 1]);
      }
    }
    written.clear();
  }

  private void requireFinite(float[] totals, Row row, int parameter) {
    float positive = totals[2 * row.number];
    float negative = totals[2 * row.number + 1];
    if (Float.isFinite(positive) && Float.isFinite(negative)) {
      return;
    }
    String name = watched.keySet().stream().skip(parameter).findFirst().orElseThrow();
    FiniteValues.require(
        Tensor.of(new float[] {positive, negative}, 2),
        "the derivative by " + name,
        "at scored step %d of %d".formatted(step + 1, steps));
  }

  /// What the trajectory added up to; all sums are empty again.
  Trajectory finish() {
    Map<String, SequencedMap<String, SumStore.Cell<float[]>>> values = new LinkedHashMap<>();
    for (String sum : sums) {
      SequencedMap<String, SumStore.Cell<float[]>> byParameter = new LinkedHashMap<>();
      for (String name : watched.keySet()) {
        byParameter.put(name, requireNonNull(rows.get(Trajectory.key(sum, name))).sum.take());
      }
      values.put(sum, byParameter);
    }
    Trajectory finished = new Trajectory(values, tables);
    tables = new StepTables(watched.size(), steps);
    return finished;
  }

  /// Adds the state to a file.
  void write(SafetensorsWriter writer) {
    rows.forEach(
        (key, row) -> {
          writer.add("sum/" + key, row.sum.sum());
          writer.add("carry/" + key, row.sum.carry());
        });
    tables.write(writer, "");
  }

  /// Takes up a state as [#write] left it.
  void read(SafetensorsFile file) {
    rows.forEach(
        (key, row) -> {
          Shape shape = row.sum.sum().shape();
          row.sum.restore(
              StoredSums.floats(file, "sum/" + key, shape),
              StoredSums.floats(file, "carry/" + key, shape));
        });
    tables = StepTables.read(file, "", watched.size(), steps);
  }
}
