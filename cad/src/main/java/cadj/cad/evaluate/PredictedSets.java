package cadj.cad.evaluate;

import cadj.cad.prediction.Granularity;
import cadj.cad.prediction.PredictionSettings;
import cadj.cad.prediction.PredictionSettings.Group;
import cadj.cad.prediction.Truth;
import cadj.cad.prediction.WeightSet;
import cadj.models.denoiser.Sites;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Which sets of weights a protocol that predicts knocks out, and what it measures of each.
///
/// In its file `sites`, `truths` and `sets` say so; those of [PredictionSettings#standard] where
/// they do not. A set is one of
///
/// ```
/// {"kind": "random", "of": "weight|neuron|head", "ratio": 0.01, "count": 80}
/// {"kind": "random", "of": "layer"}                                (each layer once)
/// {"kind": "top",    "of": "weight|neuron|head", "ratios": [0.001, 0.003, 0.01]}
/// ```
///
/// @param sites whose weights are scored and knocked out
record PredictedSets(List<Sites> sites, List<Truth> truths, List<Group> groups) {
  static final Set<String> KEYS = Set.of("sites", "truths", "sets");

  /// @throws FileFormatException naming the key that is not as it must be
  static PredictedSets of(JsonObject json) {
    PredictionSettings standard = PredictionSettings.standard(List.of(), 0);
    return new PredictedSets(
        json.has("sites") ? sites(json) : standard.sites(),
        json.has("truths") ? some(json, "truths", Truth.values()) : standard.truths(),
        json.has("sets") ? groups(json) : standard.groups());
  }

  private static List<Sites> sites(JsonObject json) {
    List<Sites> sites = some(json, "sites", Sites.values());
    for (Sites one : sites) {
      if (one.isOfText()) {
        throw json.error("sites", "parameters of the denoiser", one.toString());
      }
    }
    return sites;
  }

  private static <E extends Enum<E>> List<E> some(JsonObject json, String key, E[] all) {
    List<E> out = new ArrayList<>();
    for (String name : Protocols.distinct(json, key)) {
      out.add(one(json, key, name, all));
    }
    return out;
  }

  private static <E extends Enum<E>> E one(JsonObject json, String key, String name, E[] all) {
    return Arrays.stream(all)
        .filter(value -> value.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                json.error(
                    key, "some of " + Arrays.toString(all), FileFormatException.quote(name)));
  }

  private static List<Group> groups(JsonObject json) {
    List<Group> out = new ArrayList<>();
    for (JsonObject set : json.list("sets").objects()) {
      WeightSet.Kind kind = one(set, "kind", set.string("kind"), WeightSet.Kind.values());
      Granularity of = one(set, "of", set.string("of"), Granularity.values());
      try {
        out.add(group(set, kind, of));
      } catch (IllegalArgumentException e) {
        throw set.error("kind", "sets that can be compared", String.valueOf(e.getMessage()));
      }
    }
    if (out.isEmpty()) {
      throw json.error("sets", "at least one", "none");
    }
    return out;
  }

  private static Group group(JsonObject set, WeightSet.Kind kind, Granularity of) {
    return switch (kind) {
      case RANDOM -> {
        if (of == Granularity.LAYER) {
          set.requireOnly(Set.of("kind", "of"));
          yield Group.layers();
        }
        set.requireOnly(Set.of("kind", "of", "ratio", "count"));
        yield Group.random(of, set.number("ratio"), set.integer("count"));
      }
      case TOP -> {
        set.requireOnly(Set.of("kind", "of", "ratios"));
        yield Group.top(of, Arrays.stream(set.list("ratios").numbers()).boxed().toList());
      }
    };
  }
}
