package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxFunction.Body;
import cadj.kernels.ptx.PtxFunction.Formal;
import cadj.kernels.ptx.PtxVariable.Space;
import cadj.kernels.ptx.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Parses the body of a `.func` or `.entry`. Every name is looked up as it is read, so labels are
/// collected first, where a scope opens.
final class BodyParser {
  private static final int DEEPEST_SCOPES = 32;
  private static final int MOST_REGISTERS = 1 << 16;

  private final TokenReader tokens;
  private final Declarations declarations;
  private final boolean isKernel;
  private final Map<String, PtxType> registers = new LinkedHashMap<>();
  private final List<PtxVariable> variables = new ArrayList<>();
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<String, Integer> labels = new LinkedHashMap<>();
  private NameScope scope;
  private int depth;
  private int scopes;

  /// What is added to names declared in this scope: nothing in the outermost, `@1`, `@2` … within.
  private String suffix = "";

  /// @param isKernel whether variables may be declared
  BodyParser(TokenReader tokens, NameScope module, boolean isKernel) {
    this.tokens = tokens;
    this.declarations = new Declarations(tokens);
    this.isKernel = isKernel;
    this.scope = new NameScope(tokens, module);
  }

  /// Declares a kernel's parameter.
  void parameter(PtxVariable parameter) {
    scope.declare(parameter.name(), new NameScope.Variable(parameter.name(), parameter.line()));
  }

  /// Declares a function's parameter.
  void formal(Formal formal, int line) {
    declareRegister(formal.register(), formal.type(), line);
  }

  /// From `{` to the matching `}`.
  Body parse() {
    tokens.expect("{");
    collectLabels();
    statements();
    tokens.expect("}");
    return new Body(registers, variables, instructions, labels);
  }

  private void collectLabels() {
    int open = 0;
    for (int ahead = 0; ; ahead++) {
      Token token = tokens.peek(ahead);
      if (token.is("{")) {
        open++;
      } else if (token.is("}")) {
        open--;
      } else if (open == 0 && token.is(Kind.NAME) && tokens.peek(ahead + 1).is(":")) {
        scope.declare(token.text(), new NameScope.Label(token.text() + suffix, token.line()));
      }
      if (open < 0 || token.is(Kind.END)) {
        return;
      }
    }
  }

  private void statements() {
    while (!tokens.peek().is("}")) {
      Token token = tokens.peek();
      if (token.is(Kind.DOTTED)) {
        directive();
      } else if (token.is("{")) {
        nested();
      } else if (token.is(Kind.NAME) && tokens.peek(1).is(":")) {
        labels.put(token.text() + suffix, instructions.size());
        tokens.next();
        tokens.next();
      } else if (token.is(Kind.NAME) || token.is("@")) {
        instructions.add(instruction());
      } else {
        throw tokens.expected("an instruction, a label, a directive or '}'");
      }
    }
  }

  private void nested() {
    Token brace = tokens.expect("{");
    if (++depth > DEEPEST_SCOPES) {
      throw tokens.trouble(brace.line(), "braces more than %d deep".formatted(DEEPEST_SCOPES));
    }
    NameScope outer = scope;
    String outerSuffix = suffix;
    scope = new NameScope(tokens, outer);
    suffix = "@" + ++scopes;
    collectLabels();
    statements();
    tokens.expect("}");
    scope = outer;
    suffix = outerSuffix;
    depth--;
  }

  private void directive() {
    Token directive = tokens.next();
    switch (directive.text()) {
      case ".reg" -> registers();
      case ".shared" -> variables(directive, Space.SHARED);
      case ".local" -> variables(directive, Space.LOCAL);
      case ".loc", ".pragma" -> IgnoredDirectives.skip(tokens, directive);
      case ".const", ".global" ->
          throw tokens.trouble(
              directive.line(),
              "%s variables are declared outside kernels".formatted(directive.text()));
      case ".extern" ->
          throw tokens.trouble(
              directive.line(), "'.extern .shared' variables are declared outside kernels");
      case ".param" ->
          throw tokens.trouble(
              directive.line(), "functions take '.reg' parameters here, not '.param'");
      default -> throw tokens.trouble(directive.line(), "unknown directive " + directive.quoted());
    }
  }

  private void registers() {
    PtxType type = declarations.type();
    do {
      Token name = declarations.name("a register's name");
      if (tokens.take("<")) {
        long count = tokens.expectWhole("a number of registers", 1, MOST_REGISTERS);
        tokens.expect(">");
        for (int i = 0; i < count; i++) {
          declareRegister(name.text() + i, type, name.line());
        }
      } else {
        declareRegister(name.text(), type, name.line());
      }
    } while (tokens.take(","));
    tokens.expectEnd();
  }

  private void declareRegister(String name, PtxType type, int line) {
    if (SpecialRegisters.has(name)) {
      throw tokens.trouble(line, "'%s' is a special register; take another name".formatted(name));
    }
    scope.declare(name, new NameScope.Register(name + suffix, type, line));
    addRegister(name + suffix, type, line);
  }

  private void addRegister(String unique, PtxType type, int line) {
    registers.put(unique, type);
    if (registers.size() > MOST_REGISTERS) {
      throw tokens.trouble(line, "more than %d registers".formatted(MOST_REGISTERS));
    }
  }

  private void variables(Token directive, Space space) {
    if (!isKernel) {
      throw tokens.trouble(
          directive.line(),
          "a function cannot have %s variables: it is copied into every call"
              .formatted(directive.text()));
    }
    for (PtxVariable variable : declarations.variables(space, false)) {
      String unique = variable.name() + suffix;
      scope.declare(variable.name(), new NameScope.Variable(unique, variable.line()));
      variables.add(
          new PtxVariable(
              unique,
              space,
              variable.type(),
              variable.count(),
              variable.align(),
              0,
              variable.initial(),
              variable.line()));
    }
  }

  private Instruction instruction() {
    return new InstructionParser(tokens, scope, this::sink).parse();
  }

  /// A register for `_`: results that nobody reads.
  private String sink(PtxType type, int line) {
    String name = "_@" + registers.size();
    addRegister(name, type, line);
    return name;
  }
}
