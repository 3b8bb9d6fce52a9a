package cadj.kernels.macro;

import cadj.kernels.macro.Node.Branch;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// From lines to [Node]s.
final class TemplateParser {
  private static final Pattern DIRECTIVE =
      Pattern.compile("\\s*(\\.(?:let|default|repeat|if|elif|else|end|macro|expand))\\b(.*)");
  private static final Pattern ASSIGNMENT =
      Pattern.compile("\\s*\\$?([A-Za-z_]\\w*)\\s*=(?!=)\\s*(.*)");
  private static final Pattern MACRO =
      Pattern.compile("\\s*([A-Za-z_]\\w*)\\s*(?:\\(([^()]*)\\))?\\s*");
  private static final Pattern EXPANSION =
      Pattern.compile("\\s*([A-Za-z_]\\w*)\\s*(?:\\((.*)\\))?\\s*");

  private final WrittenFiles files;
  private final List<Line> lines;
  private int at;

  private TemplateParser(WrittenFiles files, List<Line> lines) {
    this.files = files;
    this.lines = lines;
  }

  static List<Node> parse(WrittenFiles files, List<Line> lines) {
    TemplateParser parser = new TemplateParser(files, lines);
    List<Node> nodes = parser.nodes();
    if (parser.at < lines.size()) {
      Line line = lines.get(parser.at);
      throw files.trouble(line.number(), line.text().strip() + " that closes nothing");
    }
    return nodes;
  }

  /// All up to the end or a directive that ends a block.
  private List<Node> nodes() {
    List<Node> nodes = new ArrayList<>();
    while (at < lines.size()) {
      Line line = lines.get(at);
      Matcher directive = DIRECTIVE.matcher(line.text());
      if (!directive.matches()) {
        nodes.add(new Node.Text(line.text(), line.number()));
        at++;
        continue;
      }
      String rest = directive.group(2).strip();
      switch (directive.group(1)) {
        case ".end", ".else", ".elif" -> {
          return nodes;
        }
        case ".let" -> nodes.add(let(rest, false, line));
        case ".default" -> nodes.add(let(rest, true, line));
        case ".repeat" -> nodes.add(repeat(rest, line));
        case ".if" -> nodes.add(choice(rest, line));
        case ".macro" -> nodes.add(macro(rest, line));
        default -> nodes.add(expand(rest, line));
      }
    }
    return nodes;
  }

  private Node let(String rest, boolean isDefault, Line line) {
    Matcher it = match(ASSIGNMENT, rest, line, "a name, '=' and a value");
    at++;
    return new Node.Let(name(it.group(1), line), it.group(2), isDefault, line.number());
  }

  private Node repeat(String rest, Line line) {
    Matcher it = match(ASSIGNMENT, rest, line, "a name, '=' and from where to where");
    List<String> range = Arguments.split(it.group(2));
    if (range.size() != 2 && range.size() != 3) {
      throw files.trouble(line.number(), "expected from, to[, step], found " + it.group(2));
    }
    at++;
    List<Node> body = nodes();
    end(line);
    return new Node.Repeat(name(it.group(1), line), range, body, line.number());
  }

  private Node choice(String first, Line line) {
    List<Branch> branches = new ArrayList<>();
    @Nullable String condition = first;
    int start = line.number();
    while (true) {
      at++;
      branches.add(new Branch(condition, nodes(), start));
      if (at < lines.size() && condition != null) {
        Matcher next = DIRECTIVE.matcher(lines.get(at).text());
        if (next.matches() && !next.group(1).equals(".end")) {
          condition = next.group(1).equals(".else") ? null : next.group(2).strip();
          start = lines.get(at).number();
          continue;
        }
      }
      end(line);
      return new Node.Choice(branches, line.number());
    }
  }

  private Node macro(String rest, Line line) {
    Matcher it = match(MACRO, rest, line, "a macro's name and parameters");
    List<String> parameters = new ArrayList<>();
    for (String parameter : Arguments.split(it.group(2))) {
      Matcher named = match(MACRO, parameter.replaceFirst("^\\$", ""), line, "a parameter's name");
      parameters.add(name(named.group(1), line));
    }
    at++;
    List<Node> body = nodes();
    end(line);
    return new Node.Macro(it.group(1), parameters, body, line.number());
  }

  /// Arguments may go on over lines.
  private Node expand(String rest, Line line) {
    StringBuilder all = new StringBuilder(rest);
    at++;
    while (Arguments.isOpen(all.toString()) && at < lines.size()) {
      all.append(' ').append(lines.get(at++).text().strip());
    }
    Matcher it = match(EXPANSION, all.toString(), line, "a macro's name and arguments");
    return new Node.Expand(
        it.group(1), it.group(2) == null ? "" : it.group(2).strip(), line.number());
  }

  /// Takes the `.end` of what began on `start`.
  private void end(Line start) {
    if (at >= lines.size()) {
      throw files.trouble(start.number(), start.text().strip() + " has no .end");
    }
    Matcher it = DIRECTIVE.matcher(lines.get(at).text());
    if (!it.matches() || !it.group(1).equals(".end") || !it.group(2).isBlank()) {
      throw files.trouble(
          lines.get(at).number(),
          "expected .end of %s, found %s"
              .formatted(files.place(start.number()), lines.get(at).text().strip()));
    }
    at++;
  }

  private String name(String name, Line line) {
    if (name.equals("list") || name.equals("unique")) {
      throw files.trouble(line.number(), "$%s is taken".formatted(name));
    }
    return name;
  }

  private Matcher match(Pattern pattern, String text, Line line, String expected) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw files.trouble(line.number(), "expected %s, found '%s'".formatted(expected, text));
    }
    return matcher;
  }
}
