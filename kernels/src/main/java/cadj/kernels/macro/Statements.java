package cadj.kernels.macro;

import java.util.ArrayList;
import java.util.List;

/// Splits PTX, without comments, into statements.
final class Statements {
  private static final List<String> WHOLE_LINES =
      List.of(".version", ".target", ".address_size", ".file", ".loc");

  private final WrittenFiles files;
  private final String text;
  private final int[] numbers;
  private int at;
  private int line;

  Statements(WrittenFiles files, List<Line> lines) {
    this.files = files;
    StringBuilder all = new StringBuilder();
    lines.forEach(it -> all.append(it.text()).append('\n'));
    this.text = all.toString();
    this.numbers = lines.stream().mapToInt(Line::number).toArray();
  }

  /// A declaration of a module.
  ///
  /// @param head up to its body, or with its `;`
  /// @param body statements between braces, if `hasBody`
  record Declaration(List<Line> head, boolean hasBody, List<Line> body) {
    /// In one line.
    Line joined() {
      return Statements.joined(head);
    }
  }

  List<Declaration> module() {
    List<Declaration> all = new ArrayList<>();
    for (skipSpace(); at < text.length(); skipSpace()) {
      int start = at;
      int startLine = line;
      if (WHOLE_LINES.stream().anyMatch(it -> text.startsWith(it, start))) {
        advance(text.indexOf('\n', at));
        all.add(new Declaration(pieces(start, at, startLine), false, List.of()));
        continue;
      }
      boolean isInitialised = false;
      while (at < text.length() && text.charAt(at) != ';' && (isInitialised || !is('{'))) {
        isInitialised |= is('=');
        advance(at + 1);
      }
      if (is('{')) {
        List<Line> head = pieces(start, at, startLine);
        advance(at + 1);
        all.add(new Declaration(head, true, body(startLine)));
      } else {
        advance(Math.min(at + 1, text.length()));
        all.add(new Declaration(pieces(start, at, startLine), false, List.of()));
      }
    }
    return all;
  }

  /// Each in one line: `{`, `}`, `label:`, or up to its `;`.
  private List<Line> body(int opened) {
    List<Line> all = new ArrayList<>();
    int depth = 0;
    for (skipSpace(); at < text.length(); skipSpace()) {
      int start = at;
      int startLine = line;
      if (is('}') && depth == 0) {
        advance(at + 1);
        return all;
      } else if (is('{') || is('}')) {
        depth += is('{') ? 1 : -1;
        advance(at + 1);
      } else if (labelEnd() > 0) {
        advance(labelEnd());
      } else {
        int braces = 0;
        while (at < text.length() && !is(';') && !(is('}') && braces == 0)) {
          braces += is('{') ? 1 : is('}') ? -1 : 0;
          advance(at + 1);
        }
        advance(is(';') ? at + 1 : at);
      }
      all.add(joined(pieces(start, at, startLine)));
    }
    throw files.trouble(numbers[opened], "a body begins here and does not end");
  }

  /// Behind the `:` of a label, or 0.
  private int labelEnd() {
    int end = at;
    while (end < text.length() && Names.continues(text.charAt(end))) {
      end++;
    }
    boolean isName = end > at;
    while (end < text.length() && text.charAt(end) == ' ') {
      end++;
    }
    return isName && text.startsWith(":", end) && !text.startsWith("::", end) ? end + 1 : 0;
  }

  private boolean is(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      advance(at + 1);
    }
  }

  private void advance(int to) {
    for (; at < to; at++) {
      line += text.charAt(at) == '\n' ? 1 : 0;
    }
  }

  private List<Line> pieces(int from, int to, int firstLine) {
    List<Line> pieces = new ArrayList<>();
    int number = firstLine;
    for (String piece : text.substring(from, to).split("\n", -1)) {
      if (!piece.isBlank()) {
        pieces.add(new Line(piece.stripTrailing(), numbers[number]));
      }
      number++;
    }
    return pieces;
  }

  private static Line joined(List<Line> pieces) {
    if (pieces.size() == 1) {
      return new Line(pieces.getFirst().text().strip(), pieces.getFirst().number());
    }
    StringBuilder all = new StringBuilder();
    pieces.forEach(it -> all.append(all.isEmpty() ? "" : " ").append(it.text().strip()));
    return new Line(all.toString(), pieces.getFirst().number());
  }
}
