package cadj.kernels.macro;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of a template.
sealed interface Node {
  /// Where it begins.
  int line();

  /// A line of PTX, with values to be put in.
  record Text(String text, int line) implements Node {}

  /// `.let $name = value`, or `.default`, which Java may set.
  record Let(String name, String value, boolean isDefault, int line) implements Node {}

  /// `.repeat $name = from, to[, step]` … `.end`
  record Repeat(String name, List<String> range, List<Node> body, int line) implements Node {}

  /// `.if` … `.elif` … `.else` … `.end`
  record Choice(List<Branch> branches, int line) implements Node {}

  /// @param condition or null where it is `.else`
  record Branch(@Nullable String condition, List<Node> body, int line) {}

  /// `.macro name(a, b)` … `.end`
  record Macro(String name, List<String> parameters, List<Node> body, int line) implements Node {}

  /// `.expand name(x, y)`
  record Expand(String macro, String arguments, int line) implements Node {}
}
