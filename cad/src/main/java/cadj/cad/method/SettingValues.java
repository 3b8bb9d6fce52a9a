package cadj.cad.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A method's settings as texts, to be read by what they mean.
///
/// @param method its name, for messages
public record SettingValues(String method, Map<String, String> values) {
  /// Those of `method` with `changes` made.
  ///
  /// @throws IllegalArgumentException listing the settings there are, if one is of another name
  public static SettingValues of(EditMethod method, Map<String, String> changes) {
    SequencedMap<String, String> all = new LinkedHashMap<>(method.settings());
    changes.forEach(
        (key, value) -> {
          if (!all.containsKey(key)) {
            throw new IllegalArgumentException(
                "%s: has no setting %s, only %s"
                    .formatted(method.name(), key, String.join(", ", method.settings().keySet())));
          }
          all.put(key, value);
        });
    return new SettingValues(method.name(), all);
  }

  public String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("%s: lacks setting %s".formatted(method, key));
    }
    return value;
  }

  /// A finite number.
  public double number(String key) {
    String text = text(key);
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, "a number", text, e);
    }
    throw wrong(key, "a finite number", text, null);
  }

  public int integer(String key) {
    String text = text(key);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw wrong(key, "an integer", text, e);
    }
  }

  /// `true` or `false`.
  public boolean flag(String key) {
    return switch (text(key)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, "true or false", text(key), null);
    };
  }

  /// One of an enum's constants, by its name in lower case.
  public <E extends Enum<E>> E oneOf(String key, E[] constants) {
    String text = text(key);
    return Arrays.stream(constants)
        .filter(constant -> lower(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    key,
                    Arrays.stream(constants)
                        .map(SettingValues::lower)
                        .collect(Collectors.joining(" or ")),
                    text,
                    null));
  }

  /// Some of an enum's constants, as [#list] tells them.
  public <E extends Enum<E>> List<E> someOf(String key, E[] constants) {
    List<E> out = new ArrayList<>();
    for (String one : text(key).split("\\+", -1)) {
      out.add(new SettingValues(method, Map.of(key, one)).oneOf(key, constants));
    }
    return out;
  }

  /// Constants by their names in lower case, with `+` between.
  public static String list(List<? extends Enum<?>> constants) {
    return constants.stream().map(SettingValues::lower).collect(Collectors.joining("+"));
  }

  /// As settings name a constant.
  public static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private IllegalArgumentException wrong(
      String key, String expected, String found, @Nullable Throwable e) {
    return new IllegalArgumentException(
        "%s: %s: expected %s, got %s".formatted(method, key, expected, found), e);
  }
}
