package cadj.kernels.macro;

import cadj.kernels.macro.Node.Branch;
import cadj.kernels.macro.Value.Argument;
import cadj.kernels.macro.Value.Whole;
import cadj.kernels.macro.Value.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Runs a template's directives: what is left are lines of PTX, which may still define and call
/// functions.
final class MacroExpander {
  private static final int DEEPEST = 64;

  /// Lines, and rounds of `.repeat`.
  private static final int MOST_LINES = 1 << 18;

  private static final Pattern WORD = Pattern.compile("[%.]?\\w[\\w.]*");

  private final WrittenFiles files;
  private final Map<String, String> settings;
  private final Set<String> unused;
  private final Map<String, Node.Macro> macros = new HashMap<>();
  private List<Line> lines = new ArrayList<>();
  private int count;
  private int expansions;
  private int depth;

  private MacroExpander(WrittenFiles files, Map<String, String> settings) {
    this.files = files;
    this.settings = settings;
    this.unused = new HashSet<>(settings.keySet());
  }

  /// The lines of each file. The later ones are expanded first: they are libraries, whose values
  /// the first ones see.
  static List<List<Line>> expand(WrittenFiles files, Map<String, String> settings) {
    MacroExpander it = new MacroExpander(files, settings);
    List<List<Node>> parsed =
        files.lines().stream().map(lines -> TemplateParser.parse(files, lines)).toList();
    parsed.forEach(
        nodes ->
            nodes.forEach(
                node -> {
                  if (node instanceof Node.Macro macro) {
                    it.define(macro);
                  }
                }));
    Scope scope = new Scope(null);
    List<List<Line>> expanded = new ArrayList<>();
    for (List<Node> nodes : parsed.reversed()) {
      it.lines = new ArrayList<>();
      it.run(nodes, scope);
      expanded.addFirst(it.lines);
    }
    if (!it.unused.isEmpty()) {
      throw files.trouble(1, "no .default takes the settings " + it.unused);
    }
    return expanded;
  }

  private void define(Node.Macro macro) {
    Node.Macro before = macros.putIfAbsent(macro.name(), macro);
    if (before != null && before != macro) {
      throw files.trouble(
          macro.line(),
          "macro '%s' is defined at %s, too".formatted(macro.name(), files.place(before.line())));
    }
  }

  private void run(List<Node> nodes, Scope scope) {
    for (Node node : nodes) {
      step(node.line());
      switch (node) {
        case Node.Text(String text, int line) ->
            lines.add(new Line(told(line, () -> Substitution.in(text, scope)), line));
        case Node.Let it -> scope.set(it.name(), value(it, scope));
        case Node.Repeat it -> repeat(it, scope);
        case Node.Choice it -> choose(it, scope);
        case Node.Macro it -> define(it);
        case Node.Expand it -> expand(it, scope);
      }
    }
  }

  private Value value(Node.Let it, Scope scope) {
    String set = it.isDefault() ? settings.get(it.name()) : null;
    if (set != null) {
      unused.remove(it.name());
      return told(it.line(), () -> value(set, new Scope(null)));
    }
    return told(it.line(), () -> value(it.value(), scope));
  }

  /// An integer, or a word: `f32`, also one that is put together, such as `${type}_$i`.
  private static Value value(String text, Scope scope) {
    if (text.contains("$")) {
      String word = Substitution.in(text, scope);
      if (WORD.matcher(word).matches() && !Character.isDigit(word.charAt(0))) {
        return new Word(word, false);
      }
    }
    return switch (Expression.of(text, scope)) {
      case Word(String word, boolean isName) -> new Word(word, false);
      case Argument it -> new Word(it.text(), false);
      case Whole it -> it;
    };
  }

  private void repeat(Node.Repeat it, Scope scope) {
    List<Long> range =
        told(
            it.line(),
            () -> it.range().stream().map(text -> Expression.whole(text, scope)).toList());
    long step = range.size() == 3 ? range.get(2) : 1;
    if (step == 0) {
      throw files.trouble(it.line(), "steps of 0");
    }
    for (long i = range.get(0); step > 0 ? i < range.get(1) : i > range.get(1); i += step) {
      step(it.line());
      Scope round = new Scope(scope);
      round.set(it.name(), new Whole(i));
      run(it.body(), round);
    }
  }

  /// A branch's values are those of the scope it stands in.
  private void choose(Node.Choice it, Scope scope) {
    for (Branch branch : it.branches()) {
      String condition = branch.condition();
      if (condition == null || told(branch.line(), () -> Expression.whole(condition, scope)) != 0) {
        run(branch.body(), scope);
        return;
      }
    }
  }

  private void expand(Node.Expand it, Scope scope) {
    Node.Macro macro = macros.get(it.macro());
    if (macro == null) {
      throw files.trouble(it.line(), "unknown macro '%s'".formatted(it.macro()));
    }
    List<String> given =
        told(it.line(), () -> Arguments.split(Substitution.in(it.arguments(), scope)));
    if (given.size() != macro.parameters().size()) {
      throw files.trouble(
          it.line(),
          "macro '%s' takes %d arguments, found %d"
              .formatted(it.macro(), macro.parameters().size(), given.size()));
    }
    if (++depth > DEEPEST) {
      throw files.trouble(it.line(), "expansions more than %d deep".formatted(DEEPEST));
    }
    Scope body = new Scope(scope);
    for (int i = 0; i < given.size(); i++) {
      body.set(macro.parameters().get(i), new Argument(given.get(i), scope));
    }
    body.set("unique", new Whole(++expansions));
    try {
      run(macro.body(), body);
    } catch (MacroException e) {
      throw e.calledAt(files.place(it.line()));
    }
    depth--;
  }

  private void step(int line) {
    if (++count > MOST_LINES) {
      throw files.trouble(line, "the template makes more than %,d lines".formatted(MOST_LINES));
    }
  }

  /// Troubles told with their place.
  private <T> T told(int line, Supplier<T> work) {
    try {
      return work.get();
    } catch (MacroException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw files.trouble(line, String.valueOf(e.getMessage()));
    }
  }
}
