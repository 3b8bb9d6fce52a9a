package cadj.cad.method.catalogue;

import cadj.cad.method.EditMethod;
import cadj.cad.method.SettingValues;
import java.util.LinkedHashMap;
import java.util.Map;

/// Methods with settings in one text: `uce`, or `uce:eta=0.5,lamb=1`.
public final class MethodText {
  private MethodText() {}

  /// @throws IllegalArgumentException listing the methods, or the method's settings, there are
  public static EditMethod parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return EditMethods.named(text);
    }
    EditMethod method = EditMethods.named(text.substring(0, colon));
    Map<String, String> changes = new LinkedHashMap<>();
    for (String setting : text.substring(colon + 1).split(",", -1)) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "method: expected settings such as %s:key=value,key=value, got %s"
                .formatted(method.name(), text));
      }
      if (changes.put(setting.substring(0, equals), setting.substring(equals + 1)) != null) {
        throw new IllegalArgumentException(
            "method: expected each setting once, got %s".formatted(text));
      }
    }
    return method.with(SettingValues.of(method, changes));
  }
}
