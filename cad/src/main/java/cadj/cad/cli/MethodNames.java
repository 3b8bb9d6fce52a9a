package cadj.cad.cli;

import static java.util.stream.Collectors.joining;

import cadj.cad.method.EditMethod;
import cadj.cad.method.catalogue.EditMethods;
import cadj.cad.method.catalogue.MethodText;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The catalogue of edit methods for picocli: by name, and settings behind it.
final class MethodNames implements Iterable<String>, ITypeConverter<EditMethod> {
  @Override
  public Iterator<String> iterator() {
    return EditMethods.ALL.stream().map(EditMethod::name).iterator();
  }

  @Override
  public EditMethod convert(String name) {
    try {
      return MethodText.parse(name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /// Each method with its settings.
  static final class WithSettings implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return EditMethods.ALL.stream().map(WithSettings::line).iterator();
    }

    private static String line(EditMethod method) {
      return method.settings().entrySet().stream()
          .map(setting -> setting.getKey() + "=" + quoted(setting.getValue()))
          .collect(joining(" ", method.name() + " (", ")"));
    }

    private static String quoted(String value) {
      return value.isBlank() || value.contains(" ") ? '"' + value + '"' : value;
    }
  }
}
