package cadj.cad.prediction;

import static cadj.tensor.shape.Require.require;

import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.ScoredSteps;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.Scheduler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a prediction protocol compares.
///
/// @param estimators as they are asked for; those made for a share of the weights take each group's
/// @param sites whose weights are scored and knocked out
/// @param groups of sets
/// @param truths what is measured of each set
/// @param steps which time steps J is summed over
/// @param samples noise samples
/// @param guidance weight of the prompt while latents are sampled
/// @param seed of noise, sets and what estimators draw
/// @param heldOut whether effects are measured on other noise too
public record PredictionSettings(
    List<Estimator> estimators,
    List<Sites> sites,
    List<Group> groups,
    List<Truth> truths,
    ScoredSteps steps,
    int samples,
    double guidance,
    long seed,
    boolean heldOut) {
  /// Sets of one kind.
  ///
  /// @param ratio share of the units in a random set; not for layers, each of which is a set
  /// @param count how many random sets
  /// @param ratios sizes of top sets, a set each
  public record Group(
      WeightSet.Kind kind, Granularity granularity, double ratio, int count, List<Double> ratios) {
    /// Random sets.
    public static Group random(Granularity granularity, double ratio, int count) {
      require(
          ratio > 0 && ratio < 1 && count >= 3,
          "random sets: expected a ratio between 0 and 1 and at least 3, got %s and %d",
          ratio,
          count);
      return new Group(WeightSet.Kind.RANDOM, granularity, ratio, count, List.of());
    }

    /// Every layer.
    public static Group layers() {
      return new Group(WeightSet.Kind.RANDOM, Granularity.LAYER, 0, 0, List.of());
    }

    /// Sets of the highest scores.
    public static Group top(Granularity granularity, List<Double> ratios) {
      require(ratios.size() >= 3, "top sets: expected at least 3 sizes, got %s", ratios);
      require(granularity != Granularity.LAYER, "top sets: not of whole layers");
      return new Group(WeightSet.Kind.TOP, granularity, 0, 0, ratios);
    }

    /// As ledgers name it: `random weight 0.01`.
    @Override
    public String toString() {
      String name = kind + " " + granularity;
      return ratio > 0 ? name + " " + ratio : name;
    }
  }

  public PredictionSettings {
    require(samples >= 1, "samples: expected at least 1, got %d", samples);
  }

  /// Random sets of single weights as in the table of docs/evaluation.md, and top sets.
  public static PredictionSettings standard(List<Estimator> estimators, long seed) {
    return new PredictionSettings(
        estimators,
        List.of(Sites.FF),
        List.of(
            Group.random(Granularity.WEIGHT, 0.001, 40),
            Group.random(Granularity.WEIGHT, 0.01, 80),
            Group.random(Granularity.WEIGHT, 0.05, 80),
            Group.random(Granularity.WEIGHT, 0.1, 40),
            Group.top(Granularity.WEIGHT, List.of(0.0003, 0.001, 0.003, 0.01))),
        List.of(Truth.FIXED),
        new ScoredSteps(Scheduler.Kind.DDIM, 10, 10),
        4,
        3,
        seed,
        true);
  }

  /// The same for other weights, measured otherwise.
  public PredictionSettings with(List<Sites> others, List<Truth> measured, List<Group> sets) {
    return new PredictionSettings(
        estimators, others, sets, measured, steps, samples, guidance, seed, heldOut);
  }

  /// All that figures depend on beside model and concept, in plain words.
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("estimators", estimators.stream().map(Estimator::name).toList());
    out.put("sites", sites.stream().map(Sites::toString).toList());
    out.put(
        "groups",
        groups.stream()
            .map(
                group ->
                    group.ratios.isEmpty()
                        ? group + " × " + group.count
                        : group + " " + group.ratios)
            .toList());
    out.put("truths", truths.stream().map(Truth::toString).toList());
    out.put("scheduler", steps.sampler().name());
    out.put("schedule_steps", steps.scheduleSteps());
    out.put("steps", steps.steps());
    out.put("samples", samples);
    out.put("guidance", guidance);
    out.put("seed", seed);
    out.put("held_out", heldOut);
    return out;
  }
}
