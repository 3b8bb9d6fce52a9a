package cadj.models.scheduler;

import static java.util.Locale.ROOT;
import static java.util.stream.Collectors.joining;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/// A model's `scheduler/scheduler_config.json`: the sampler that it names, and settings, of which
/// each sampler reads those it has (`DdimScheduler.Config`, …).
///
/// A file written for one sampler serves the others too, as diffusers' `from_config` has it: the
/// keys that the file has, and the defaults of the sampler that reads it for the others.
///
/// @param stableDiffusion whether the file belongs to a `StableDiffusionPipeline`, which sets
///   `steps_offset` to 1 and `clip_sample` to false whatever the file says
public record SchedulerConfig(JsonObject json, boolean stableDiffusion) {
  /// The sampler that the file names.
  ///
  /// @throws FileFormatException if it is none of [Scheduler.Kind]
  public Scheduler.Kind kind() {
    String name = json.stringOr("_class_name", "");
    return Arrays.stream(Scheduler.Kind.values())
        .filter(kind -> kind.className().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                json.error(
                    "_class_name",
                    "one of "
                        + names(
                            Arrays.stream(Scheduler.Kind.values())
                                .map(Scheduler.Kind::className)
                                .distinct())
                        + " (or another --scheduler in its place)",
                    name.isEmpty() ? "nothing" : FileFormatException.quote(name)));
  }

  /// `usual`; for a model of flow matching, with which no other can step, the sampler that the file
  /// names.
  public Scheduler.Kind orOfFlow(Scheduler.Kind usual) {
    return predictionType() == PredictionType.FLOW ? kind() : usual;
  }

  /// What the model predicts, whichever sampler is used with it.
  public PredictionType predictionType() {
    if (json.stringOr("_class_name", "").startsWith("FlowMatch")) {
      return PredictionType.FLOW;
    }
    String name = json.stringOr("prediction_type", "epsilon");
    return switch (name) {
      case "epsilon" -> PredictionType.EPSILON;
      case "v_prediction" -> PredictionType.V_PREDICTION;
      case "sample" -> PredictionType.SAMPLE;
      default -> throw json.error("prediction_type", "epsilon, v_prediction or sample", name);
    };
  }

  /// [#predictionType], for a sampler that steps only with those of `built`.
  ///
  /// @throws FileFormatException if the file names that sampler
  /// @throws IllegalArgumentException if it was put in place of the one that the file names
  PredictionType predictionType(Scheduler.Kind reader, Set<PredictionType> built) {
    PredictionType type = predictionType();
    if (built.contains(type)) {
      return type;
    }
    String expected = names(built.stream().sorted().map(SchedulerConfig::key));
    if (names(reader)) {
      throw json.error("prediction_type", expected + " for this sampler", key(type));
    }
    throw new IllegalArgumentException(
        "scheduler: %s is for models that predict %s; this one predicts %s, which %s is for"
            .formatted(
                reader,
                expected,
                key(type),
                type == PredictionType.FLOW
                    ? Scheduler.Kind.FLOW_MATCH_EULER
                    : Scheduler.Kind.DDIM));
  }

  /// Whether the file names that sampler's class.
  private boolean names(Scheduler.Kind kind) {
    return json.stringOr("_class_name", "").equals(kind.className());
  }

  private static String key(PredictionType type) {
    return type.name().toLowerCase(ROOT);
  }

  private static String names(Stream<String> names) {
    return names.collect(joining(", "));
  }

  /// `steps_offset` as `reader` reads it.
  int stepsOffset(Scheduler.Kind reader) {
    int offset = json.integerOr("steps_offset", 0);
    int last = json.integerOr("num_train_timesteps", 1000) - 1;
    if (offset < 0 || offset > last) {
      throw json.error("steps_offset", "0 to " + last, String.valueOf(offset));
    }
    return isPipelines("steps_offset", reader) ? 1 : offset;
  }

  /// `clip_sample` as `reader` reads it.
  boolean clipSample(Scheduler.Kind reader, boolean fallback) {
    return !isPipelines("clip_sample", reader) && json.boolOr("clip_sample", fallback);
  }

  /// Whether the pipeline sets `key`. It sets it for the sampler that the file names, and another
  /// one made from that takes over what was not a default.
  private boolean isPipelines(String key, Scheduler.Kind reader) {
    return stableDiffusion && (json.has(key) || names(reader));
  }

  /// Refuses keys that are set, each of which would change the result in a way not built here.
  void requireUnset(String... keys) {
    for (String key : keys) {
      if (json.has(key)) {
        throw json.error(key, "null", "a value");
      }
    }
  }

  /// Refuses keys that are true, each of which would change the result in a way not built here.
  void requireFalse(String... keys) {
    for (String key : keys) {
      if (json.boolOr(key, false)) {
        throw json.error(key, "false", "true");
      }
    }
  }

  /// The value of `key`, which must be one of `built`; their first is the default.
  String oneOf(String key, String... built) {
    String value = json.stringOr(key, built[0]);
    if (!Arrays.asList(built).contains(value)) {
      throw json.error(key, "one of " + names(Arrays.stream(built)), value);
    }
    return value;
  }
}
