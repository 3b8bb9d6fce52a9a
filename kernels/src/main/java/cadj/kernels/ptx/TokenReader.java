package cadj.kernels.ptx;

import cadj.kernels.device.PtxSource;
import cadj.kernels.ptx.Token.Kind;
import java.util.List;

/// Reads [Token]s one after another; where another is found than expected, the error says both.
final class TokenReader {
  private final PtxSource source;
  private final List<Token> all;
  private int at;

  TokenReader(PtxSource source) {
    this.source = source;
    this.all = Lexer.tokens(source);
  }

  PtxSource source() {
    return source;
  }

  /// The next one, which stays.
  Token peek() {
    return all.get(at);
  }

  /// The one `ahead` of the next, or the last.
  Token peek(int ahead) {
    return all.get(Math.min(at + ahead, all.size() - 1));
  }

  Token next() {
    Token token = all.get(at);
    if (at < all.size() - 1) {
      at++;
    }
    return token;
  }

  /// Takes the next one if it is `what`.
  boolean take(String what) {
    boolean is = peek().is(what);
    if (is) {
      next();
    }
    return is;
  }

  Token expect(String what) {
    if (!peek().is(what)) {
      throw expected("'" + what + "'");
    }
    return next();
  }

  /// A `;`, which if missing is missing at the end of what came before it.
  void expectEnd() {
    if (!peek().is(";")) {
      throw trouble(all.get(at - 1).line(), "expected ';', found " + peek().quoted());
    }
    next();
  }

  Token expect(Kind kind, String what) {
    if (!peek().is(kind)) {
      throw expected(what);
    }
    return next();
  }

  /// A number without point, from `least` to `most`.
  long expectWhole(String what, long least, long most) {
    boolean negative = take("-");
    Token token = expect(Kind.NUMBER, what);
    Operand number = Literals.parse(this, token, negative);
    if (!(number instanceof Operand.Whole(long value))) {
      throw trouble(token.line(), "expected %s, found %s".formatted(what, token.quoted()));
    }
    if (value < least || value > most) {
      throw trouble(
          token.line(),
          "expected %s from %d to %d, found %s%s"
              .formatted(what, least, most, negative ? "-" : "", token.text()));
    }
    return value;
  }

  /// The same for a constant expression, such as `2*4+1`.
  long expectConstant(String what, long least, long most) {
    Token first = peek();
    Operand number = ConstantExpression.parse(this, what);
    if (!(number instanceof Operand.Whole(long value))) {
      throw trouble(first.line(), "expected %s, found %s".formatted(what, first.quoted()));
    }
    if (value < least || value > most) {
      throw trouble(
          first.line(), "expected %s from %d to %d, found %d".formatted(what, least, most, value));
    }
    return value;
  }

  /// `.attribute(…)`: where memory is managed and the like, which makes no difference here.
  void skipAttributes() {
    while (take(".attribute")) {
      skipTo(")");
    }
  }

  /// After `.pragma`: strings, which change nothing here.
  void skipPragma() {
    do {
      expect(Kind.STRING, "a string");
    } while (take(","));
    expectEnd();
  }

  /// Takes all up to and with the next `what`, whatever it is.
  void skipTo(String what) {
    while (!peek().is(what)) {
      if (peek().is(Kind.END)) {
        throw expected("'" + what + "'");
      }
      next();
    }
    next();
  }

  PtxException expected(String what) {
    return trouble(peek().line(), "expected %s, found %s".formatted(what, peek().quoted()));
  }

  PtxException trouble(int line, String words) {
    return new PtxException(source, line, words);
  }
}
