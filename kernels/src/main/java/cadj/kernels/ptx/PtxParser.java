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
/// Takes what compilers make of CUDA but recursion and vector registers; instructions that are not
/// emulated are told when a kernel with them is translated. Never fails but with a [PtxException].
public final class PtxParser {
  private static final Pattern VERSION = Pattern.compile("([0-9]{1,3})\\.([0-9])");
  private static final Pattern TARGET = Pattern.compile("sm_([0-9]{2,3})[af]?");

  private final TokenReader tokens;
  private final NameScope scope;
  private final Declarations declarations;
  private final SourceLines sourceLines;
  private final List<PtxVariable> variables = new ArrayList<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private PtxParser(PtxSource source) {
    this.tokens = new TokenReader(source);
    this.scope = new NameScope(tokens, null);
    this.declarations = new Declarations(tokens, scope);
    this.sourceLines = new SourceLines(tokens);
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
              VariableLayout.ofParameters(tokens, version).place(entry.parameters),
              Collections.unmodifiableMap(body.registers()),
              new VariableLayout(layout).place(body.variables()),
              List.copyOf(body.instructions()),
              Collections.unmodifiableMap(body.labels()),
              entry.maxThreads,
              entry.line));
    }
    return new PtxModule(
        tokens.source(),
        version,
        target,
        placed,
        Collections.unmodifiableMap(kernels),
        scope.addressTaken(),
        sourceLines.lines());
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
    while (tokens.take(",")) {
      tokens.expect(Kind.NAME, "an option such as debug");
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
          function(extern);
          return;
        }
        case ".const", ".global", ".shared" -> {
          variables(directive, extern);
          return;
        }
        case ".file" -> {
          sourceLines.file();
          return;
        }
        case ".loc" -> {
          sourceLines.place(directive);
          return;
        }
        case ".pragma" -> {
          tokens.skipPragma();
          return;
        }
        case ".section" -> {
          tokens.expect(Kind.DOTTED, "a section's name");
          tokens.expect("{");
          tokens.skipTo("}");
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
    for (PtxVariable it : declarations.variables(space, extern)) {
      scope.declare(it.name(), new NameScope.Variable(it.name(), space, it.bytes(), it.line()));
      variables.add(it);
    }
  }

  private void entry() {
    Token name = declarations.name("a kernel's name");
    scope.declare(name.text(), new NameScope.Kernel(name.line()));
    sourceLines.function(name.line());
    BodyParser parser = new BodyParser(tokens, scope, sourceLines);
    SignatureParser signature = new SignatureParser(tokens, declarations, parser);
    List<PtxVariable> parameters = signature.parameters();
    int maxThreads = signature.bounds();
    Body body = parser.parse();
    entries.put(name.text(), new Entry(name.text(), parameters, maxThreads, body, name.line()));
  }

  private void function(boolean extern) {
    BodyParser parser = new BodyParser(tokens, scope, sourceLines);
    SignatureParser signature = new SignatureParser(tokens, declarations, parser);
    tokens.skipAttributes();
    List<Formal> results = tokens.peek().is("(") ? signature.formals() : List.of();
    Token name = declarations.name("a function's name");
    List<Formal> formals = tokens.peek().is("(") ? signature.formals() : List.of();
    signature.traits();
    PtxFunction declared =
        new PtxFunction(name.text(), name.line(), extern, results, formals, null);
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
    sourceLines.function(name.line());
    scope.declare(
        new PtxFunction(name.text(), name.line(), extern, results, formals, parser.parse()));
  }
}
