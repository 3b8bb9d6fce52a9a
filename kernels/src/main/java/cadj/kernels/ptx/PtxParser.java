package cadj.kernels.ptx;

import cadj.kernels.device.PtxSource;
import cadj.kernels.ptx.PtxFunction.Body;
import cadj.kernels.ptx.PtxFunction.Formal;
import cadj.kernels.ptx.PtxVariable.Space;
import cadj.kernels.ptx.Token.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses text to a [PtxModule].
///
/// Takes the part of PTX that this project's kernels use: not textures, `.param` calls, recursion,
/// vector registers, or constant expressions. Never fails but with a [PtxException].
public final class PtxParser {
  private static final Pattern VERSION = Pattern.compile("([0-9]{1,3})\\.([0-9])");
  private static final Pattern TARGET = Pattern.compile("sm_([0-9]{2,3})[af]?");
  private static final int MOST_THREADS = 1024;

  private final TokenReader tokens;
  private final Declarations declarations;
  private final NameScope scope;
  private final List<PtxVariable> variables = new ArrayList<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private PtxParser(PtxSource source) {
    this.tokens = new TokenReader(source);
    this.declarations = new Declarations(tokens);
    this.scope = new NameScope(tokens, null);
  }

  /// @throws PtxException naming file, line, what was expected and found
  public static PtxModule parse(PtxSource source) {
    return new PtxParser(source).module();
  }

  /// A kernel before its calls are expanded and its variables placed.
  private record Entry(
      String name, List<PtxVariable> parameters, int maxThreads, Body body, int line) {}

  private PtxModule module() {
    int version = version();
    int target = target();
    tokens.expect(".address_size");
    tokens.expectWhole("an address size", 64, 64);
    while (!tokens.peek().is(Kind.END)) {
      declaration();
    }
    VariableLayout layout = new VariableLayout(tokens);
    List<PtxVariable> placed = layout.place(variables);
    Map<String, PtxKernel> kernels = new LinkedHashMap<>();
    for (Entry entry : entries.values()) {
      Body body = CallExpander.expand(tokens, scope, entry.body);
      kernels.put(
          entry.name,
          new PtxKernel(
              entry.name,
              new VariableLayout(tokens).place(entry.parameters),
              Collections.unmodifiableMap(body.registers()),
              new VariableLayout(layout).place(body.variables()),
              List.copyOf(body.instructions()),
              Collections.unmodifiableMap(body.labels()),
              entry.maxThreads,
              entry.line));
    }
    return new PtxModule(
        tokens.source(), version, target, placed, Collections.unmodifiableMap(kernels));
  }

  private int version() {
    tokens.expect(".version");
    Token token = tokens.expect(Kind.NUMBER, "a version such as 6.0");
    Matcher version = VERSION.matcher(token.text());
    if (!version.matches()) {
      throw tokens.trouble(token.line(), "expected a version such as 6.0, found " + token.quoted());
    }
    return 10 * Integer.parseInt(version.group(1)) + Integer.parseInt(version.group(2));
  }

  private int target() {
    tokens.expect(".target");
    Token token = tokens.expect(Kind.NAME, "a target such as sm_70");
    Matcher target = TARGET.matcher(token.text());
    if (!target.matches()) {
      throw tokens.trouble(
          token.line(), "expected a target such as sm_70, found " + token.quoted());
    }
    return Integer.parseInt(target.group(1));
  }

  private void declaration() {
    boolean extern = false;
    while (true) {
      Token directive =
          tokens.expect(Kind.DOTTED, "a directive such as '.entry', '.func' or '.const'");
      switch (directive.text()) {
        case ".extern" -> extern = true;
        case ".visible", ".weak" -> {}
        case ".entry" -> {
          entry();
          return;
        }
        case ".func" -> {
          function();
          return;
        }
        case ".const", ".global", ".shared" -> {
          variables(directive, extern);
          return;
        }
        case ".file", ".loc", ".pragma" -> {
          IgnoredDirectives.skip(tokens, directive);
          return;
        }
        case ".local" ->
            throw tokens.trouble(directive.line(), ".local variables are declared in kernels");
        default ->
            throw tokens.trouble(directive.line(), "unknown directive " + directive.quoted());
      }
    }
  }

  private void variables(Token directive, boolean extern) {
    Space space = Space.valueOf(directive.text().substring(1).toUpperCase(Locale.ROOT));
    if (extern && space != Space.SHARED) {
      throw tokens.trouble(
          directive.line(), "only .shared variables may be .extern, found " + directive.quoted());
    }
    for (PtxVariable variable : declarations.variables(space, extern)) {
      scope.declare(variable.name(), new NameScope.Variable(variable.name(), variable.line()));
      variables.add(variable);
    }
  }

  private void entry() {
    Token name = declarations.name("a kernel's name");
    scope.declare(name.text(), new NameScope.Kernel(name.line()));
    BodyParser parser = new BodyParser(tokens, scope, true);
    List<PtxVariable> parameters = new ArrayList<>();
    if (tokens.take("(") && !tokens.take(")")) {
      do {
        PtxVariable parameter = declarations.parameter();
        parser.parameter(parameter);
        parameters.add(parameter);
      } while (tokens.take(","));
      tokens.expect(")");
    }
    int maxThreads = bounds();
    Body body = parser.parse();
    entries.put(name.text(), new Entry(name.text(), parameters, maxThreads, body, name.line()));
  }

  /// `.maxntid` and its like.
  private int bounds() {
    int maxThreads = 0;
    while (tokens.peek().is(Kind.DOTTED)) {
      Token directive = tokens.next();
      switch (directive.text()) {
        case ".maxntid", ".reqntid" -> {
          long threads = tokens.expectWhole("a number of threads", 1, MOST_THREADS);
          for (int i = 0; i < 2 && tokens.take(","); i++) {
            threads *= tokens.expectWhole("a number of threads", 1, MOST_THREADS);
          }
          if (threads > MOST_THREADS) {
            throw tokens.trouble(
                directive.line(),
                "%s: a block has at most %d threads, found %d"
                    .formatted(directive.text(), MOST_THREADS, threads));
          }
          maxThreads = (int) threads;
        }
        case ".minnctapersm", ".maxnctapersm", ".maxnreg" ->
            tokens.expectWhole("a number", 1, Integer.MAX_VALUE);
        case ".pragma" -> IgnoredDirectives.skip(tokens, directive);
        default ->
            throw tokens.trouble(directive.line(), "unknown directive " + directive.quoted());
      }
    }
    return maxThreads;
  }

  private void function() {
    BodyParser parser = new BodyParser(tokens, scope, false);
    List<Formal> results = tokens.peek().is("(") ? formals(parser) : List.of();
    Token name = declarations.name("a function's name");
    List<Formal> formals = tokens.peek().is("(") ? formals(parser) : List.of();
    PtxFunction declared = new PtxFunction(name.text(), name.line(), results, formals, null);
    if (tokens.take(";")) {
      scope.declare(declared);
      return;
    }
    if (!tokens.peek().is("{")) {
      throw tokens.expected("';' or '{'");
    }
    // Known within its own body, so that a call of itself is told as such.
    boolean defined =
        scope.find(name.text()) instanceof NameScope.Function(PtxFunction before)
            && before.body() != null;
    if (!defined) {
      scope.declare(declared);
    }
    scope.declare(new PtxFunction(name.text(), name.line(), results, formals, parser.parse()));
  }

  private List<Formal> formals(BodyParser parser) {
    List<Formal> formals = new ArrayList<>();
    tokens.expect("(");
    if (!tokens.peek().is(")")) {
      do {
        if (tokens.peek().is(".param")) {
          throw tokens.trouble(
              tokens.peek().line(), "functions take '.reg' parameters here, not '.param'");
        }
        tokens.expect(".reg");
        int line = tokens.peek().line();
        PtxType type = declarations.type();
        if (type.bytes() == 1) {
          throw tokens.trouble(line, "a parameter cannot be '%s'".formatted(type.text()));
        }
        Token name = declarations.name("a register's name");
        Formal formal = new Formal(name.text(), type);
        parser.formal(formal, name.line());
        formals.add(formal);
      } while (tokens.take(","));
    }
    tokens.expect(")");
    return List.copyOf(formals);
  }
}
