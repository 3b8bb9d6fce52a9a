package cadj.kernels.macro;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;

/// Templates of a few lines, expanded.
final class Expanded {
  private Expanded() {}

  /// The lines that directives in `x.ptx` make, without white space around them.
  static List<String> directives(Map<String, String> settings, String template) {
    return MacroExpander.expand(WrittenFiles.of("x.ptx", template), settings).getFirst().stream()
        .map(line -> line.text().strip())
        .toList();
  }

  static List<String> directives(String template) {
    return directives(Map.of(), template);
  }

  /// The lines of plain text.
  static List<String> lines(String template) {
    return lines(Map.of(), template);
  }

  static List<String> lines(Map<String, String> settings, String template) {
    return PlainText.of(WrittenFiles.of("x.ptx", template), settings)
        .text()
        .lines()
        .map(String::strip)
        .toList();
  }

  static String error(String template) {
    return error(Map.of(), template);
  }

  static String error(Map<String, String> settings, String template) {
    return assertThrows(MacroException.class, () -> lines(settings, template), template)
        .getMessage();
  }
}
