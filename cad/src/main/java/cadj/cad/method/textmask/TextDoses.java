package cadj.cad.method.textmask;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.closedform.EmbeddingMap;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// CAD-Erase with a dose for each weight, from text embeddings alone: every weight of the key and
/// value projections of cross-attention is multiplied by a factor of its own between `least` and
/// `most`, chosen by least squares ([Equations]) so that the concept's prompts give what those of a
/// preserved concept near it do ([Anchor]) and preserved prompts give what they gave.
///
/// No pass through the denoiser, and no random draw.
///
/// @param base where the targets are sent
/// @param eta how far beyond
/// @param preserveScale weight of the preserved prompts beside the targets
/// @param similarity how much more those count that are like the concept
/// @param crowding how much more those count that have near neighbours ([Crowding])
/// @param lamb how far weights hold on to what they were, above 0
/// @param least smallest factor, below 1 if anything is to be weakened
/// @param most largest factor
/// @param sweeps of coordinate descent, at most
public record TextDoses(
    Base base,
    double eta,
    double preserveScale,
    double similarity,
    double crowding,
    double lamb,
    double least,
    double most,
    int sweeps)
    implements EditMethod {
  private static final double[] ETAS = {0.5, 1, 1.5, 2};

  /// What did best in trials on the embedded model.
  public static final TextDoses RECOMMENDED =
      new TextDoses(Base.ANCHOR, 0.5, 8, 1.5, 2, 0.1, 0, 2, 25);

  public TextDoses {
    require(lamb > 0, "text-doses: lamb: expected a number above 0, got %s", lamb);
    require(
        preserveScale >= 0,
        "text-doses: preserve_scale: expected at least 0, got %s",
        preserveScale);
    require(
        least <= most, "text-doses: least: expected at most %s, as most is, got %s", most, least);
    require(sweeps >= 1, "text-doses: sweeps: expected at least 1, got %d", sweeps);
  }

  @Override
  public String name() {
    return "text-doses";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("base", SettingValues.lower(base));
    out.put("eta", Double.toString(eta));
    out.put("preserve_scale", Double.toString(preserveScale));
    out.put("similarity", Double.toString(similarity));
    out.put("crowding", Double.toString(crowding));
    out.put("lamb", Double.toString(lamb));
    out.put("least", Double.toString(least));
    out.put("most", Double.toString(most));
    out.put("sweeps", Integer.toString(sweeps));
    return out;
  }

  @Override
  public TextDoses with(SettingValues values) {
    return new TextDoses(
        values.oneOf("base", Base.values()),
        values.number("eta"),
        values.number("preserve_scale"),
        values.number("similarity"),
        values.number("crowding"),
        values.number("lamb"),
        values.number("least"),
        values.number("most"),
        values.integer("sweeps"));
  }

  @Override
  public List<EditMethod> ladder() {
    return DoubleStream.of(ETAS)
        .<EditMethod>mapToObj(
            strength ->
                new TextDoses(
                    base, strength, preserveScale, similarity, crowding, lamb, least, most, sweeps))
        .toList();
  }

  @Override
  public boolean editsCrossAttention() {
    return true;
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    requireGoal(task.goal());
    Equations equations =
        Equations.of(
            task, base, new Equations.Weights(eta, preserveScale, similarity, crowding), progress);
    SequencedMap<String, Tensor> projections =
        EmbeddingMap.of(task.pipeline().denoiser()).projections();
    SequencedMap<String, Change> changes = new LinkedHashMap<>();
    for (String name : projections.sequencedKeySet()) {
      progress.at("solving for doses", changes.size(), projections.size());
      changes.put(name, change(requireNonNull(projections.get(name)), equations));
    }
    progress.at("solving for doses", projections.size(), projections.size());
    changes.values().removeIf(change -> change.size() == 0);
    return new Patch(changes, Map.of());
  }

  private Change change(Tensor projection, Equations equations) {
    int d = projection.dim(1);
    double[] w = projection.toDoubles();
    double[] b = equations.linear(w);
    BoxedLeastSquares solver = new BoxedLeastSquares(equations.h(), lamb, least, most, sweeps);
    float[] factors = new float[w.length];
    IntStream.range(0, projection.dim(0))
        .parallel()
        .forEach(
            row -> {
              int from = row * d;
              double[] its =
                  solver.factors(
                      Arrays.copyOfRange(w, from, from + d), Arrays.copyOfRange(b, from, from + d));
              for (int i = 0; i < d; i++) {
                factors[from + i] = (float) its[i];
              }
            });
    int[] changed = IntStream.range(0, w.length).filter(i -> factors[i] != 1).toArray();
    float[] its = new float[changed.length];
    float[] weights = new float[changed.length];
    for (int i = 0; i < changed.length; i++) {
      its[i] = factors[changed[i]];
      weights[i] = (float) w[changed[i]];
    }
    return new Change.Scaled(changed, its, weights);
  }
}
