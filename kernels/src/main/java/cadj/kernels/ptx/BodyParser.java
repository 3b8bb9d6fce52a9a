package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxFunction.Body;
import cadj.kernels.ptx.PtxVariable.Space;
import cadj.kernels.ptx.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Parses the body of a `.func` or `.entry`. Every name is looked up as it is read, so labels are
/// collected first, where a scope opens.
final class BodyParser {
  private static final int DEEPEST_SCOPES = 32;
  private static final int MOST_REGISTERS = 1 << 16;

  /// What a label may name that is no place in the code.
  private static final Set<String> LISTS =
      Set.of(".branchtargets", ".callprototype", ".calltargets");

  private final TokenReader tokens;
  private final Declarations declarations;
  private final SourceLines sourceLines;
  private final Map<String, PtxType> registers = new LinkedHashMap<>();
  private final List<PtxVariable> variables = new ArrayList<>();
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<String, Integer> labels = new LinkedHashMap<>();
  private NameScope scope;
  private int depth;
  private int scopes;

  /// What is added to names declared in this scope: nothing in the outermost, `@1`, `@2` … within.
  private String suffix = "";

  BodyParser(TokenReader tokens, NameScope module, SourceLines sourceLines) {
    this.tokens = tokens;
    this.sourceLines = sourceLines;
    this.scope = new NameScope(tokens, module);
    this.declarations = new Declarations(tokens, scope);
  }

  /// Declares a parameter in memory.
  void parameter(PtxVariable it) {
    scope.declare(it.name(), new NameScope.Variable(it.name(), it.space(), it.bytes(), it.line()));
  }

  /// Declares a parameter in a register.
  void parameter(String register, PtxType type, int line) {
    declareRegister(register, type, line);
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
        collectLabel(token, ahead + 2);
      }
      if (open < 0 || token.is(Kind.END)) {
        return;
      }
    }
  }

  private void collectLabel(Token name, int ahead) {
    if (tokens.peek(ahead).is(".branchtargets")) {
      List<Token> targets = new ArrayList<>();
      int at = ahead;
      do {
        targets.add(tokens.peek(at + 1));
        at += 2;
      } while (tokens.peek(at).is(","));
      scope.declare(name.text(), new NameScope.Targets(targets, name.line()));
    } else {
      scope.declare(name.text(), new NameScope.Label(name.text() + suffix, name.line()));
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
        tokens.next();
        tokens.next();
        if (LISTS.contains(tokens.peek().text())) {
          tokens.skipTo(";");
        } else {
          labels.put(token.text() + suffix, instructions.size());
        }
      } else if (token.is(Kind.NAME) || token.is("@")) {
        new InstructionParser(tokens, scope, this::sink).parse(instructions);
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
      case ".shared" -> variables(Space.SHARED);
      case ".local" -> variables(Space.LOCAL);
      case ".param" -> variables(Space.PARAM);
      case ".loc" -> sourceLines.place(directive);
      case ".pragma" -> tokens.skipPragma();
      case ".const", ".global" ->
          throw tokens.trouble(
              directive.line(),
              "%s variables are declared outside kernels".formatted(directive.text()));
      case ".extern" ->
          throw tokens.trouble(
              directive.line(), "'.extern .shared' variables are declared outside kernels");
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

  private void variables(Space space) {
    for (PtxVariable it : declarations.variables(space, false)) {
      String unique = it.name() + suffix;
      scope.declare(it.name(), new NameScope.Variable(unique, space, it.bytes(), it.line()));
      variables.add(it.named(unique));
    }
  }

  /// A register for `_`: results that nobody reads.
  private String sink(PtxType type, int line) {
    String name = "_@" + registers.size();
    addRegister(name, type, line);
    return name;
  }
}
