package cadj.cad.cli;

import cadj.cad.method.EditMethod;
import cadj.cad.method.catalogue.EditMethods;
import cadj.cad.method.catalogue.MethodText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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

  /// A line for each method with the defaults of its settings; more, further in, where they do not
  /// fit into `width` columns.
  static List<String> lines(int width) {
    List<String> out = new ArrayList<>();
    for (EditMethod method : EditMethods.ALL) {
      StringBuilder line = new StringBuilder("  " + method.name());
      method
          .settings()
          .forEach(
              (key, value) -> {
                String setting = " " + key + "=" + quoted(value);
                if (line.length() + setting.length() > width) {
                  out.add(line.toString());
                  line.setLength(0);
                  line.append("     ");
                }
                line.append(setting);
              });
      out.add(line.toString());
    }
    return out;
  }

  private static String quoted(String value) {
    return value.isBlank() || value.contains(" ") ? '"' + value + '"' : value;
  }
}
