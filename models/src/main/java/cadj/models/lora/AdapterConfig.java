package cadj.models.lora;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.util.Set;
import java.util.regex.Pattern;

/// peft's `LoraConfig` of one part of the model: how its products are scaled.
///
/// ```
/// alpha/rank,  with use_rslora alpha/√rank
/// ```
///
/// A module's alpha is that of the first entry of `alpha_pattern` that its name ends in, else
/// `lora_alpha`; its rank is that of its tensors.
///
/// @param json keys begin with `prefix`
/// @param prefix the part's, with a dot; empty where the object is of one part
record AdapterConfig(JsonObject json, String prefix) {
  /// Options that, if set, change what the tensors mean.
  private static final Set<String> NOT_BUILT =
      Set.of("use_dora", "lora_bias", "fan_in_fan_out", "use_qalora");

  /// peft's.
  private static final double DEFAULT_ALPHA = 8;

  /// No regular expression, though a dot is one.
  private static final Pattern PLAIN = Pattern.compile("[\\w.]+");

  AdapterConfig {
    for (String option : NOT_BUILT) {
      if (json.boolOr(prefix + option, false)) {
        throw json.error(prefix + option, "false, as others are not merged here", "true");
      }
    }
  }

  /// What a module's product is multiplied with.
  ///
  /// @param module its dotted name, without the part
  double scaling(String module, int rank) {
    boolean rsLora = json.boolOr(prefix + "use_rslora", false);
    return alpha(module) / (rsLora ? Math.sqrt(rank) : rank);
  }

  private double alpha(String module) {
    String patterns = prefix + "alpha_pattern";
    if (json.has(patterns)) {
      JsonObject alphas = json.object(patterns);
      for (String pattern : alphas.keys()) {
        if (!PLAIN.matcher(pattern).matches()) {
          throw alphas.error(pattern, "the end of a module's name", "another pattern");
        }
        if (module.equals(pattern) || module.endsWith("." + pattern)) {
          return alphas.number(pattern);
        }
      }
    }
    return json.numberOr(prefix + "lora_alpha", DEFAULT_ALPHA);
  }

  /// Whether the object says anything of the part.
  boolean isEmpty() {
    return json.keys().stream().noneMatch(key -> key.startsWith(prefix));
  }

  /// The error of a file that has alphas of its own as well.
  FileFormatException twice(String found) {
    return json.error(prefix + "lora_alpha", "no alphas beside this configuration's", found);
  }
}
