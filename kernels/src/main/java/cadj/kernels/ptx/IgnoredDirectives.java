package cadj.kernels.ptx;

import cadj.kernels.ptx.Token.Kind;

/// Directives that change nothing here: debug information (`.loc`, `.file`) and `.pragma`.
final class IgnoredDirectives {
  private IgnoredDirectives() {}

  /// Takes what follows `directive`.
  static void skip(TokenReader tokens, Token directive) {
    switch (directive.text()) {
      case ".loc" -> {
        tokens.expectWhole("a file's number", 0, Integer.MAX_VALUE);
        tokens.expectWhole("a line", 0, Integer.MAX_VALUE);
        tokens.expectWhole("a column", 0, Integer.MAX_VALUE);
      }
      case ".file" -> {
        tokens.expectWhole("a file's number", 0, Integer.MAX_VALUE);
        tokens.expect(Kind.STRING, "a file's name");
        while (tokens.take(",")) {
          tokens.expectWhole("a time or size", 0, Long.MAX_VALUE);
        }
      }
      case ".pragma" -> {
        do {
          tokens.expect(Kind.STRING, "a string");
        } while (tokens.take(","));
        tokens.expectEnd();
      }
      default -> throw new IllegalArgumentException(directive.text());
    }
  }
}
