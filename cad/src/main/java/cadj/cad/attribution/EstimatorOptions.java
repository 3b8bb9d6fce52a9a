package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// Settings behind an estimator's name: `p=0.05,probes=2`.
///
/// @param estimator whose they are, for messages
/// @param values by their names, as they were given
public record EstimatorOptions(String estimator, Map<String, String> values) {
  /// @throws IllegalArgumentException if `text` is no list of settings
  static EstimatorOptions parse(String estimator, String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      require(
          equals > 0 && values.put(part.substring(0, equals), part.substring(equals + 1)) == null,
          "estimator %s: expected settings such as p=0.05,probes=2, each once, got %s",
          estimator,
          text);
    }
    return new EstimatorOptions(estimator, values);
  }

  /// What [#parse] reads.
  static String text(Map<String, Object> settings) {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        .collect(Collectors.joining(","));
  }

  /// Refuses settings that are none of `known`.
  EstimatorOptions only(Map<String, Object> known) {
    for (String key : values.keySet()) {
      require(
          known.containsKey(key),
          "estimator %s: expected %s, got %s",
          estimator,
          known.isEmpty() ? "no settings" : String.join(", ", known.keySet()),
          key);
    }
    return this;
  }

  /// A share above 0 and up to 1.
  double share(String key, double otherwise) {
    String value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    double share = number(key, value, "a share above 0, at most 1");
    require(
        share > 0 && share <= 1,
        "estimator %s: %s: expected a share above 0, at most 1, got %s",
        estimator,
        key,
        value);
    return share;
  }

  /// A whole number from 1.
  int count(String key, int otherwise, int most) {
    String value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    String expected = "a whole number from 1 to " + most;
    double count = number(key, value, expected);
    require(
        count >= 1 && count <= most && count == Math.rint(count),
        "estimator %s: %s: expected %s, got %s",
        estimator,
        key,
        expected,
        value);
    return (int) count;
  }

  private double number(String key, String value, String expected) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "estimator %s: %s: expected %s, got %s".formatted(estimator, key, expected, value), e);
    }
  }

  /// A text, or what is there.
  String text(String key, String otherwise) {
    return values.getOrDefault(key, otherwise);
  }
}
