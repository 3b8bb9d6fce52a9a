package cadj.kernels.ptx;

import cadj.kernels.device.PtxSource;
import cadj.kernels.ptx.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Splits text into [Token]s, without comments and white space.
final class Lexer {
  private final PtxSource source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;

  /// Where the last token ends.
  private int tokenEnd = -1;

  private Lexer(PtxSource source) {
    this.source = source;
    this.text = source.text();
  }

  /// All tokens, the last of kind [Kind#END].
  static List<Token> tokens(PtxSource source) {
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
        at++;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
        at++;
      } else if (text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        skipComment();
      } else if (c == '"') {
        string();
      } else if (c == '.' && isDigit(peek(1)) && continuesWord()) {
        take(Kind.DOTTED, nameEnd(at + 1));
      } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
        number();
      } else if (c == '.') {
        dotted();
      } else if (c == '%' && !followsName(peek(1)) && followsValue()) {
        take(Kind.MARK, at + 1);
      } else if (c == '%' && !followsName(peek(1))) {
        throw trouble("expected a register's name after '%', found " + shown(peek(1)));
      } else if (startsName(c)) {
        take(Kind.NAME, nameEnd(at + 1));
      } else if ("{}()[]<>,;:@!|+-=*/&^~?".indexOf(c) >= 0) {
        take(Kind.MARK, at + 1);
      } else {
        throw trouble("no PTX starts with " + shown(c));
      }
    }
    // The last line has no text of its own: what is missing is missing at the end of the one
    // before.
    tokens.add(new Token(Kind.END, "", text.endsWith("\n") && line > 1 ? line - 1 : line));
  }

  private void take(Kind kind, int end) {
    tokens.add(new Token(kind, text.substring(at, end), line));
    at = end;
    tokenEnd = end;
  }

  /// Whether a word ends just here: in `tex.2d` the `.2d` is a modifier and no number.
  private boolean continuesWord() {
    return tokenEnd == at
        && !tokens.isEmpty()
        && (tokens.getLast().is(Kind.NAME) || tokens.getLast().is(Kind.DOTTED));
  }

  /// Whether a `%` may be the operator.
  private boolean followsValue() {
    return !tokens.isEmpty()
        && tokens.getLast().line() == line
        && (tokens.getLast().is(Kind.NUMBER) || tokens.getLast().is(")"));
  }

  private void skipComment() {
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      throw trouble("a comment begins here and does not end");
    }
    for (int i = at; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    at = end + 2;
  }

  private void string() {
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != '"') {
      if (text.charAt(end) == '\n') {
        break;
      }
      end++;
    }
    if (end >= text.length() || text.charAt(end) != '"') {
      throw trouble("a string begins here and does not end on this line");
    }
    take(Kind.STRING, end + 1);
  }

  private void dotted() {
    if (!startsName(peek(1)) || peek(1) == '%') {
      throw trouble("expected a word after '.', found " + shown(peek(1)));
    }
    int end = nameEnd(at + 2);
    while (text.startsWith("::", end)) {
      end = nameEnd(end + 2);
    }
    take(Kind.DOTTED, end);
  }

  /// Digits and all that clings to them; whether it is a number [Literals] decides.
  private void number() {
    int end = at;
    boolean hex = text.startsWith("0x", at) || text.startsWith("0X", at);
    while (end < text.length()) {
      char c = text.charAt(end);
      boolean exponentSign =
          (c == '+' || c == '-')
              && !hex
              && (text.charAt(end - 1) == 'e' || text.charAt(end - 1) == 'E')
              && isDecimal(at, end - 1);
      if (!followsName(c) && c != '.' && !exponentSign) {
        break;
      }
      end++;
    }
    take(Kind.NUMBER, end);
  }

  private boolean isDecimal(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isDigit(text.charAt(i)) && text.charAt(i) != '.') {
        return false;
      }
    }
    return true;
  }

  private int nameEnd(int from) {
    int end = from;
    while (end < text.length() && followsName(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /// The character `ahead` of this one, or a space behind the end.
  private char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : ' ';
  }

  private PtxException trouble(String words) {
    return new PtxException(source, line, words);
  }

  private static String shown(char c) {
    return c > ' ' && c < 127 ? "'" + c + "'" : "U+%04X".formatted((int) c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean startsName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '%';
  }

  private static boolean followsName(char c) {
    return isDigit(c) || (startsName(c) && c != '%');
  }
}
