package cadj.cad.attribution;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;

/// How much of the scores each parameter got at each scored step, and J there, at the weights as
/// they are and at those about which the estimator expands, in double precision.
final class StepTables {
  private final int parameters;
  private final int steps;
  private final double[] positive;
  private final double[] negative;
  private final double[] objectives;
  private final double[] expansions;

  StepTables(int parameters, int steps) {
    this.parameters = parameters;
    this.steps = steps;
    positive = new double[parameters * steps];
    negative = new double[parameters * steps];
    objectives = new double[steps];
    expansions = new double[steps];
  }

  void addScores(int parameter, int step, double above, double below) {
    positive[parameter * steps + step] += above;
    negative[parameter * steps + step] += below;
  }

  /// @param expansion J where the estimator expands
  void addObjective(int step, double value, double expansion) {
    objectives[step] += value;
    expansions[step] += expansion;
  }

  /// Adds all of `other`, entry by entry.
  void add(StepTables other) {
    add(positive, other.positive);
    add(negative, other.negative);
    add(objectives, other.objectives);
    add(expansions, other.expansions);
  }

  private static void add(double[] to, double[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  /// Sums of the positive scores, [parameters][steps].
  double[][] positive(double divisor) {
    return table(positive, divisor);
  }

  /// Sums of the negative scores, [parameters][steps].
  double[][] negative(double divisor) {
    return table(negative, divisor);
  }

  /// J, [steps].
  double[] objectives(double divisor) {
    return divided(objectives, 0, steps, divisor);
  }

  /// J where the estimator expands, [steps].
  double[] expansions(double divisor) {
    return divided(expansions, 0, steps, divisor);
  }

  private double[][] table(double[] cells, double divisor) {
    double[][] out = new double[parameters][];
    for (int p = 0; p < parameters; p++) {
      out[p] = divided(cells, p * steps, steps, divisor);
    }
    return out;
  }

  private static double[] divided(double[] values, int from, int count, double divisor) {
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = values[from + i] / divisor;
    }
    return out;
  }

  /// Adds `<prefix>positive`, `<prefix>negative` and `<prefix>objective` to a file.
  void write(SafetensorsWriter writer, String prefix) {
    writer.add(prefix + "positive", Tensor.of(positive.clone(), parameters, steps));
    writer.add(prefix + "negative", Tensor.of(negative.clone(), parameters, steps));
    writer.add(prefix + "objective", Tensor.of(objectives.clone(), steps));
    writer.add(prefix + "expansion", Tensor.of(expansions.clone(), steps));
  }

  /// Tables as [#write] left them.
  static StepTables read(SafetensorsFile file, String prefix, int parameters, int steps) {
    StepTables out = new StepTables(parameters, steps);
    Shape table = Shape.of(parameters, steps);
    add(out.positive, StoredSums.doubles(file, prefix + "positive", table));
    add(out.negative, StoredSums.doubles(file, prefix + "negative", table));
    add(out.objectives, StoredSums.doubles(file, prefix + "objective", Shape.of(steps)));
    add(out.expansions, StoredSums.doubles(file, prefix + "expansion", Shape.of(steps)));
    return out;
  }
}
