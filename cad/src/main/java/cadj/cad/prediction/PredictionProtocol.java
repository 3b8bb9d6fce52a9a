package cadj.cad.prediction;

import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.MeanPoint;
import cadj.cad.attribution.Objective;
import cadj.cad.attribution.Prediction;
import cadj.cad.attribution.SetMidpoint;
import cadj.cad.edit.Patch;
import cadj.cad.edit.Units;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.prediction.PredictionSettings.Group;
import cadj.cad.statistics.Agreement;
import cadj.cad.statistics.Resamples;
import cadj.kernels.random.SplitMix64;
import cadj.models.classifier.ResNetClassifier;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Scores the weights for a concept with every estimator, predicts what sets of weights do to the
/// erase objective, knocks the sets out and compares.
///
/// Scores and sets are of one draw of noise; effects are measured on that draw and on another that
/// no score has seen. Top sets are those of first order; each is predicted by [SetMidpoint] at its
/// own midpoint too.
public final class PredictionProtocol {
  private static final int RESAMPLES = 1000;

  /// From the seed of the scored noise to that of the held-out one: far from seeds that people take
  /// one after another.
  private static final long OTHER_NOISE = 1_000_003;

  /// What the effects on the scored noise tell of those on other noise: no estimate from the scored
  /// noise can do better by more than luck.
  static final String CEILING = "truth on the scored noise";

  /// Forward passes that one forward and one backward pass count as ([Cost]).
  private static final int PLAIN = 3;

  private final TextToImage pipeline;
  private final PredictionSettings settings;
  private final Objective objective = new EraseObjective(true);
  private final SequencedMap<String, Tensor> watched;
  private final TrueEffects scored;
  private final List<TrueEffects> noises = new ArrayList<>();
  private final EditMethod.Progress progress;
  private final List<PredictionRow> rows = new ArrayList<>();

  private PredictionProtocol(
      TextToImage pipeline,
      @Nullable ResNetClassifier classifier,
      String concept,
      PredictionSettings settings,
      EditMethod.Progress progress) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.progress = progress;
    watched = pipeline.denoiser().parameters(settings.sites());
    scored = new TrueEffects(pipeline, classifier, concept, settings, objective, settings.seed());
    noises.add(scored);
    if (settings.heldOut()) {
      long other = settings.seed() + OTHER_NOISE;
      noises.add(new TrueEffects(pipeline, classifier, concept, settings, objective, other));
    }
  }

  /// Demands what truths about a concept are measured with.
  ///
  /// @param classifier for [Truth#LOGIT], else null
  /// @throws IllegalArgumentException naming the truth
  public static void requireMeasurable(
      List<Truth> truths, @Nullable ResNetClassifier classifier, String concept) {
    if (truths.contains(Truth.LOGIT)) {
      TrueEffects.logitNumber(classifier, concept);
    }
  }

  /// @param classifier for [Truth#LOGIT], else null
  public static PredictionResult run(
      TextToImage pipeline,
      @Nullable ResNetClassifier classifier,
      String concept,
      PredictionSettings settings,
      EditMethod.Progress progress) {
    PredictionProtocol run =
        new PredictionProtocol(pipeline, classifier, concept, settings, progress);
    AttributionResult first = run.attribute(new FirstOrder());
    for (Group group : settings.groups()) {
      run.compare(group, run.sets(group, first.scores()), first);
    }
    double j = 0;
    for (double at : first.objectives()) {
      j += at;
    }
    return new PredictionResult(concept, settings, j, run.rows);
  }

  private AttributionResult attribute(Estimator estimator) {
    return attribute(estimator, scored.points());
  }

  private AttributionResult attribute(Estimator estimator, FixedPoints points) {
    return new Attribution(
            points, objective, estimator, watched, Map.of(), null, Attribution.SAVING_SHARE)
        .run(false, (done, total) -> progress.at(estimator.name(), done, total));
  }

  private List<WeightSet> sets(Group group, SequencedMap<String, Tensor> scores) {
    Denoiser denoiser = pipeline.denoiser();
    long seed = SplitMix64.at(settings.seed(), settings.groups().indexOf(group));
    if (group.kind() == WeightSet.Kind.TOP) {
      return group.ratios().stream()
          .map(ratio -> WeightSets.top(scores, group.granularity(), ratio, denoiser::heads))
          .toList();
    }
    return switch (group.granularity()) {
      case WEIGHT -> WeightSets.random(watched, group.ratio(), group.count(), seed);
      case NEURON ->
          WeightSets.randomUnits(
              watched,
              group.granularity(),
              Units.neurons(watched),
              group.ratio(),
              group.count(),
              seed);
      case HEAD ->
          WeightSets.randomUnits(
              watched,
              group.granularity(),
              Units.heads(watched, denoiser::heads),
              group.ratio(),
              group.count(),
              seed);
      case LAYER -> WeightSets.layers(watched);
    };
  }

  /// Predictions for sets, and what they cost beside first order.
  private record Predicted(String estimator, double[] changes, double cost) {}

  private void compare(Group group, List<WeightSet> sets, AttributionResult first) {
    List<Predicted> predicted = new ArrayList<>();
    double share = share(group, sets);
    for (Estimator estimator : settings.estimators()) {
      predicted.addAll(predict(estimator.forShare(share), sets, first));
    }
    if (group.kind() == WeightSet.Kind.TOP) {
      predicted.add(atMidpoints(sets));
    }
    int done = 0;
    double[][][] changed = new double[noises.size()][settings.truths().size()][sets.size()];
    for (WeightSet set : sets) {
      int s = done;
      progress.at("knocking out, " + group, done++, sets.size());
      Scope.run("knock-out", () -> measure(set, s, changed));
    }
    int[] sizes = sets.stream().mapToInt(WeightSet::size).toArray();
    for (Predicted one : predicted) {
      for (int n = 0; n < noises.size(); n++) {
        for (int t = 0; t < settings.truths().size(); t++) {
          add(group, one, settings.truths().get(t), n > 0, sizes, changed[n][t]);
        }
      }
    }
    if (settings.heldOut()) {
      for (int t = 0; t < settings.truths().size(); t++) {
        Predicted known = new Predicted(CEILING, changed[0][t], Double.NaN);
        add(group, known, settings.truths().get(t), true, sizes, changed[1][t]);
      }
    }
  }

  private void add(
      Group group, Predicted one, Truth truth, boolean heldOut, int[] sizes, double[] changed) {
    rows.add(
        new PredictionRow(
            one.estimator,
            group.toString(),
            truth,
            heldOut,
            one.cost,
            sizes,
            one.changes,
            changed,
            Agreement.of(
                one.changes,
                changed,
                Resamples.items(changed.length, RESAMPLES, settings.seed()))));
  }

  /// The share of the weights that a group's sets hold on average.
  private double share(Group group, List<WeightSet> sets) {
    if (group.ratio() > 0) {
      return group.ratio();
    }
    long all = watched.values().stream().mapToLong(Tensor::elements).sum();
    double mean = sets.stream().mapToInt(WeightSet::size).average().orElse(0) / all;
    return Math.max(mean, 1e-6);
  }

  private void measure(WeightSet set, int s, double[][][] changed) {
    Denoiser edited = Patch.zeroing(set.indices(), watched, Map.of()).apply(pipeline.denoiser());
    for (int n = 0; n < noises.size(); n++) {
      for (int t = 0; t < settings.truths().size(); t++) {
        changed[n][t][s] = noises.get(n).of(settings.truths().get(t), edited);
      }
    }
  }

  private List<Predicted> predict(
      Estimator estimator, List<WeightSet> sets, AttributionResult first) {
    if (estimator.equals(new FirstOrder())) {
      return List.of(new Predicted(estimator.name(), changes(first, sets), 1));
    }
    Cost cost = new Cost();
    FixedPoints counted = scored.points().on(cost.counted(scored.points().denoiser()));
    PairSketch sketch = estimator instanceof MeanPoint mean ? new PairSketch(mean, sets) : null;
    AttributionResult found = attribute(sketch == null ? estimator : sketch, counted);
    double passes = cost.passes() + 2.0 * estimator.extraBackwardPasses() * scored.points().size();
    double relative = passes / (PLAIN * scored.points().size());
    double[] changes = changes(found, sets);
    List<Predicted> out = new ArrayList<>();
    out.add(new Predicted(estimator.name(), changes, relative));
    if (sketch != null) {
      double[] withPairs = changes.clone();
      for (int s = 0; s < withPairs.length; s++) {
        withPairs[s] += sketch.pairs(s, counted.divisor());
      }
      out.add(new Predicted(sketch.name(), withPairs, relative));
    }
    return out;
  }

  private static double[] changes(AttributionResult found, List<WeightSet> sets) {
    return sets.stream().mapToDouble(set -> Prediction.of(found, set.indices()).change()).toArray();
  }

  /// Each set by the gradient at its own midpoint; the cost is that of one set.
  private Predicted atMidpoints(List<WeightSet> sets) {
    double[] changes = new double[sets.size()];
    double cost = 0;
    for (int s = 0; s < changes.length; s++) {
      WeightSet set = sets.get(s);
      Cost passes = new Cost();
      FixedPoints counted = scored.points().on(passes.counted(scored.points().denoiser()));
      AttributionResult found = attribute(new SetMidpoint.AtMidpoint(set.indices()), counted);
      changes[s] = Prediction.of(found, set.indices()).change();
      cost = (double) passes.passes() / (PLAIN * scored.points().size());
    }
    return new Predicted("set-midpoint, own", changes, cost);
  }
}
