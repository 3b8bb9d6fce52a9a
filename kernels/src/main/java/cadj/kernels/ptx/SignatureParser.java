package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxFunction.Formal;
import cadj.kernels.ptx.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Parses the parameters of a `.func` or `.entry`, and what is said of it between them and the
/// body.
final class SignatureParser {
  private static final int MOST_THREADS = 1024;

  private final TokenReader tokens;
  private final Declarations declarations;
  private final BodyParser body;

  /// @param body where the parameters are known
  SignatureParser(TokenReader tokens, Declarations declarations, BodyParser body) {
    this.tokens = tokens;
    this.declarations = declarations;
    this.body = body;
  }

  /// Of an `.entry`, if there are any.
  List<PtxVariable> parameters() {
    List<PtxVariable> parameters = new ArrayList<>();
    if (tokens.take("(") && !tokens.take(")")) {
      do {
        PtxVariable parameter = declarations.parameter();
        body.parameter(parameter);
        parameters.add(parameter);
      } while (tokens.take(","));
      tokens.expect(")");
    }
    return parameters;
  }

  /// `.maxntid` and its like.
  ///
  /// @return threads of a block at most, or 0
  int bounds() {
    int maxThreads = 0;
    while (tokens.peek().is(Kind.DOTTED)) {
      Token directive = tokens.next();
      switch (directive.text()) {
        case ".maxntid", ".reqntid" -> {
          long threads = three(MOST_THREADS);
          if (threads > MOST_THREADS) {
            throw tokens.trouble(
                directive.line(),
                "%s: a block has at most %d threads, found %d"
                    .formatted(directive.text(), MOST_THREADS, threads));
          }
          maxThreads = (int) threads;
        }
        case ".minnctapersm", ".maxnctapersm", ".maxnreg", ".maxclusterrank" ->
            tokens.expectWhole("a number", 1, Integer.MAX_VALUE);
        case ".reqnctapercluster" -> three(MOST_THREADS);
        case ".explicitcluster", ".blocksareclusters" -> {}
        case ".pragma" -> tokens.skipPragma();
        default ->
            throw tokens.trouble(directive.line(), "unknown directive " + directive.quoted());
      }
    }
    return maxThreads;
  }

  /// The product of one to three sizes.
  private long three(int most) {
    long threads = tokens.expectWhole("a number of threads", 1, most);
    for (int i = 0; i < 2 && tokens.take(","); i++) {
      threads *= tokens.expectWhole("a number of threads", 1, most);
    }
    return threads;
  }

  /// Parameters or results of a `.func`.
  List<Formal> formals() {
    List<Formal> formals = new ArrayList<>();
    tokens.expect("(");
    if (!tokens.peek().is(")")) {
      do {
        formals.add(tokens.peek().is(".param") ? inMemory() : inRegister());
      } while (tokens.take(","));
    }
    tokens.expect(")");
    return List.copyOf(formals);
  }

  private Formal inMemory() {
    PtxVariable it = declarations.parameter();
    body.parameter(it);
    return new Formal(it.name(), it.type(), it.count(), it.align(), true);
  }

  private Formal inRegister() {
    tokens.expect(".reg");
    int line = tokens.peek().line();
    PtxType type = declarations.type();
    if (type.bytes() == 1) {
      throw tokens.trouble(line, "a parameter cannot be '%s'".formatted(type.text()));
    }
    Token name = declarations.name("a register's name");
    body.parameter(name.text(), type, name.line());
    return new Formal(name.text(), type, 1, type.bytes(), false);
  }

  /// `.noreturn` and the like, after the parameters of a `.func`.
  void traits() {
    tokens.skipAttributes();
    while (tokens.peek().is(".noreturn") || tokens.peek().is(".abi_preserve")) {
      if (tokens.next().is(".abi_preserve")) {
        tokens.expectWhole("a number of registers", 0, Integer.MAX_VALUE);
      }
    }
  }
}
