package cadj.cad.method.textmask;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.closedform.EmbeddingMap;
import cadj.cad.statistics.Sample;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// CAD-Erase whose set of zeroed weights comes from text embeddings: a binary mask of the key and
/// value projections of cross-attention, by least squares ([Equations], [StraightThrough]). The
/// denoiser is asked once only, how much each row matters ([RowSensitivity]).
///
/// @param base where the targets are sent
/// @param eta how far beyond
/// @param preserveScale weight of the preserved prompts beside the targets
/// @param similarity how much more those count that are like the concept
/// @param steps of the descent
/// @param lr its rate
/// @param trajectorySteps of the targets' trajectories, on which rows are weighed; 0 to leave that
///   out, which zeroes more
public record TextMask(
    Base base,
    double eta,
    double preserveScale,
    double similarity,
    int steps,
    double lr,
    int trajectorySteps)
    implements EditMethod {
  private static final double[] ETAS = {1, 1.5, 2, 3, 4};

  /// What did best among masks of this kind in trials on the embedded model.
  public static final TextMask RECOMMENDED = new TextMask(Base.INSTEAD, 2, 8, 1.5, 200, 0.1, 10);

  /// The quantile of the first gradients that ε is, and of how many of them at most.
  private static final double QUANTILE = 0.99;

  private static final int MOST_GRADIENTS = 1 << 20;

  public TextMask {
    require(
        preserveScale >= 0,
        "text-mask: preserve_scale: expected at least 0, got %s",
        preserveScale);
    require(steps >= 1, "text-mask: steps: expected at least 1, got %d", steps);
    require(
        trajectorySteps >= 0,
        "text-mask: trajectory_steps: expected at least 0, got %d",
        trajectorySteps);
  }

  @Override
  public String name() {
    return "text-mask";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("base", SettingValues.lower(base));
    out.put("eta", Double.toString(eta));
    out.put("preserve_scale", Double.toString(preserveScale));
    out.put("similarity", Double.toString(similarity));
    out.put("steps", Integer.toString(steps));
    out.put("lr", Double.toString(lr));
    out.put("trajectory_steps", Integer.toString(trajectorySteps));
    return out;
  }

  @Override
  public TextMask with(SettingValues values) {
    return new TextMask(
        values.oneOf("base", Base.values()),
        values.number("eta"),
        values.number("preserve_scale"),
        values.number("similarity"),
        values.integer("steps"),
        values.number("lr"),
        values.integer("trajectory_steps"));
  }

  @Override
  public List<EditMethod> ladder() {
    return DoubleStream.of(ETAS)
        .<EditMethod>mapToObj(
            strength ->
                new TextMask(base, strength, preserveScale, similarity, steps, lr, trajectorySteps))
        .toList();
  }

  @Override
  public boolean editsCrossAttention() {
    return true;
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    return Patch.zeroing(
        zeroed(task, progress),
        EmbeddingMap.of(task.pipeline().denoiser()).projections(),
        Map.of());
  }

  /// Flat indices of the weights to zero, by parameter.
  public SequencedMap<String, int[]> zeroed(EditTask task, Progress progress) {
    requireGoal(task.goal());
    Equations equations =
        Equations.of(
            task, base, new Equations.Weights(eta, preserveScale, similarity, 0), progress);
    SequencedMap<String, Tensor> projections =
        EmbeddingMap.of(task.pipeline().denoiser()).projections();
    SequencedMap<String, double[]> sensitivity =
        trajectorySteps == 0
            ? null
            : new RowSensitivity(trajectorySteps).of(task, projections, progress);
    StraightThrough descent =
        new StraightThrough(equations.h(), steps, lr, epsilon(equations, projections, sensitivity));
    SequencedMap<String, int[]> zeroed = new LinkedHashMap<>();
    int done = 0;
    for (String name : projections.sequencedKeySet()) {
      progress.at("solving for the mask", done++, projections.size());
      int[] its =
          zeroed(requireNonNull(projections.get(name)), equations, descent, of(sensitivity, name));
      if (its.length > 0) {
        zeroed.put(name, its);
      }
    }
    progress.at("solving for the mask", done, projections.size());
    return zeroed;
  }

  private static double @Nullable [] of(
      @Nullable SequencedMap<String, double[]> sensitivity, String name) {
    return sensitivity == null ? null : sensitivity.get(name);
  }

  /// A quantile of the first gradients' sizes, over every n-th weight where there are very many.
  private static double epsilon(
      Equations equations,
      SequencedMap<String, Tensor> projections,
      @Nullable SequencedMap<String, double[]> sensitivity) {
    long all = projections.values().stream().mapToLong(Tensor::elements).sum();
    int every = (int) Math.ceilDiv(all, MOST_GRADIENTS);
    DoubleStream.Builder sizes = DoubleStream.builder();
    for (String name : projections.sequencedKeySet()) {
      Tensor projection = requireNonNull(projections.get(name));
      int d = projection.dim(1);
      double[] w = projection.toDoubles();
      double[] b = equations.linear(w);
      double[] rows = of(sensitivity, name);
      for (int i = 0; i < w.length; i += every) {
        sizes.add(Math.abs((rows == null ? 1 : rows[i / d]) * w[i] * b[i]));
      }
    }
    return Sample.quantile(sizes.build().sorted().toArray(), QUANTILE);
  }

  private static int[] zeroed(
      Tensor projection,
      Equations equations,
      StraightThrough descent,
      double @Nullable [] sensitivity) {
    int d = projection.dim(1);
    double[] w = projection.toDoubles();
    double[] b = equations.linear(w);
    boolean[] zeroed = new boolean[w.length];
    IntStream.range(0, projection.dim(0))
        .parallel()
        .forEach(
            row -> {
              int from = row * d;
              boolean[] its =
                  descent.zeroed(
                      Arrays.copyOfRange(w, from, from + d),
                      Arrays.copyOfRange(b, from, from + d),
                      sensitivity == null ? 1 : sensitivity[row]);
              System.arraycopy(its, 0, zeroed, from, d);
            });
    return IntStream.range(0, w.length).filter(i -> zeroed[i]).toArray();
  }
}
