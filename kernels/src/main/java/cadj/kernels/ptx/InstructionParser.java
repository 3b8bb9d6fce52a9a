package cadj.kernels.ptx;

import cadj.kernels.ptx.Operand.Address;
import cadj.kernels.ptx.Operand.Group;
import cadj.kernels.ptx.Operand.Pair;
import cadj.kernels.ptx.Operand.Register;
import cadj.kernels.ptx.Operand.Special;
import cadj.kernels.ptx.Operand.Symbol;
import cadj.kernels.ptx.Operand.Whole;
import cadj.kernels.ptx.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses one instruction; its operands' names are looked up in a scope.
final class InstructionParser {
  private static final String VALUE = "a register, variable, number, '[address]' or '{group}'";

  /// Textures and surfaces: operands of their own kind, read over.
  private static final Set<String> OPAQUE =
      Set.of("tex", "tld4", "txq", "suld", "sust", "sured", "suq", "istypep");

  /// Instructions whose result nobody need read.
  private static final Set<String> SINKING = Set.of("atom", "mbarrier");

  private final TokenReader tokens;
  private final NameScope scope;
  private final Sinks sinks;

  /// Makes registers for results that nobody reads (`_`).
  interface Sinks {
    String make(PtxType type, int line);
  }

  InstructionParser(TokenReader tokens, NameScope scope, Sinks sinks) {
    this.tokens = tokens;
    this.scope = scope;
    this.sinks = sinks;
  }

  /// Adds the next one, or what it stands for, to `body`.
  void parse(List<Instruction> body) {
    Instruction.Guard guard = tokens.peek().is("@") ? guard() : null;
    Token opcode = tokens.expect(Kind.NAME, "an instruction");
    List<String> modifiers = new ArrayList<>();
    while (tokens.peek().is(Kind.DOTTED)) {
      String modifier = tokens.next().text().substring(1);
      // Another name for it since PTX 7.8.
      modifiers.add(modifier.equals("shared::cta") ? "shared" : modifier);
    }
    if (opcode.is("brx")) {
      branch(opcode, guard, body);
      return;
    }
    List<Operand> operands =
        switch (opcode.text()) {
          case "bra" -> List.of(label());
          case "call" -> new CallParser(tokens, scope, this::value).operands();
          case "ret", "exit", "trap" -> List.of();
          default ->
              OPAQUE.contains(opcode.text()) || modifiers.contains("tensor")
                  ? opaque()
                  : operands(opcode, modifiers);
        };
    tokens.expectEnd();
    body.add(
        new Instruction(opcode.line(), guard, opcode.text(), List.copyOf(modifiers), operands));
  }

  private List<Operand> opaque() {
    while ((!tokens.peek().is(";") && !tokens.peek().is("}") && !tokens.peek().is(Kind.END))
        || (tokens.peek().is("}") && !tokens.peek(1).is(Kind.END))) {
      tokens.next();
    }
    return List.of();
  }

  /// `brx.idx index, targets`: a chain of branches, each for one index, then a trap.
  private void branch(Token opcode, Instruction.@Nullable Guard guard, List<Instruction> body) {
    Register index = register();
    tokens.expect(",");
    Token name = tokens.expect(Kind.NAME, "the label of '.branchtargets'");
    tokens.expectEnd();
    if (!(scope.find(name.text()) instanceof NameScope.Targets(List<Token> targets, int at))) {
      throw tokens.trouble(name.line(), "expected a list of targets, found " + name.quoted());
    }
    if (guard != null) {
      throw tokens.trouble(opcode.line(), "'brx.idx' under a predicate is not built");
    }
    int line = opcode.line();
    for (int i = 0; i < targets.size(); i++) {
      Token target = targets.get(i);
      if (!(scope.find(target.text()) instanceof NameScope.Label label)) {
        throw tokens.trouble(target.line(), "unknown label " + target.quoted());
      }
      String here = sinks.make(PtxType.PRED, line);
      body.add(
          new Instruction(
              line,
              null,
              "setp",
              List.of("eq", "u32"),
              List.of(new Register(here, false), index, new Whole(i))));
      body.add(
          new Instruction(
              line,
              new Instruction.Guard(here, false),
              "bra",
              List.of(),
              List.of(new Symbol(label.unique()))));
    }
    body.add(new Instruction(line, null, "trap", List.of("brx"), List.of()));
  }

  private Instruction.Guard guard() {
    tokens.expect("@");
    boolean negated = tokens.take("!");
    return new Instruction.Guard(predicate(), negated);
  }

  private String predicate() {
    Token name = tokens.expect(Kind.NAME, "a predicate register");
    if (!(meaning(name) instanceof NameScope.Register register)) {
      throw tokens.trouble(name.line(), "expected a predicate register, found " + name.quoted());
    }
    if (register.type() != PtxType.PRED) {
      throw tokens.trouble(
          name.line(),
          "expected a predicate register, found '%s' of type '%s'"
              .formatted(name.text(), register.type().text()));
    }
    return register.unique();
  }

  private Symbol label() {
    Token name = tokens.expect(Kind.NAME, "a label");
    if (!(scope.find(name.text()) instanceof NameScope.Label label)) {
      throw tokens.trouble(name.line(), "unknown label " + name.quoted());
    }
    return new Symbol(label.unique());
  }

  private List<Operand> operands(Token opcode, List<String> modifiers) {
    List<Operand> operands = new ArrayList<>();
    if (!tokens.peek().is(";")) {
      do {
        operands.add(operand(opcode, modifiers, operands.isEmpty()));
      } while (tokens.take(","));
    }
    return List.copyOf(operands);
  }

  private Operand operand(Token opcode, List<String> modifiers, boolean isFirst) {
    Token token = tokens.peek();
    if (tokens.take("[")) {
      return address();
    }
    if (tokens.take("{")) {
      return group(opcode, modifiers);
    }
    if (tokens.take("!")) {
      return new Register(predicate(), true);
    }
    if (token.is("_") && tokens.peek(1).is("|")) {
      tokens.next();
      tokens.next();
      return new Pair(null, register());
    }
    if (token.is("_")) {
      if (!isFirst || !SINKING.contains(opcode.text())) {
        throw tokens.trouble(token.line(), "'_' cannot stand here");
      }
      tokens.next();
      return sink(token, modifiers, 1);
    }
    Operand value = value(VALUE);
    if (value instanceof Register && tokens.take("|")) {
      return new Pair(value, tokens.take("_") ? null : register());
    }
    return value instanceof Symbol symbol && tokens.take("+")
        ? new Operand.Offset(symbol, offset())
        : value;
  }

  /// A number, or something with a name.
  private Operand value(String expected) {
    Token token = tokens.peek();
    if (ConstantExpression.begins(token)) {
      return ConstantExpression.parse(tokens, "a number");
    }
    Token name = tokens.expect(Kind.NAME, expected);
    if (SpecialRegisters.has(name.text())) {
      return SpecialRegisters.read(tokens, name.text());
    }
    return switch (meaning(name)) {
      case NameScope.Register it -> new Register(it.unique(), false);
      case NameScope.Variable it -> new Symbol(it.unique());
      case NameScope.Function(PtxFunction routine) -> {
        scope.takeAddress(routine.name());
        yield new Symbol(routine.name());
      }
      case NameScope.Label it -> throw misplaced(name, it);
      case NameScope.Targets it -> throw misplaced(name, it);
      case NameScope.Kernel it -> throw misplaced(name, it);
    };
  }

  private PtxException misplaced(Token name, NameScope.Meaning meaning) {
    return tokens.trouble(
        name.line(),
        "expected a register or variable, found '%s', %s".formatted(name.text(), meaning.what()));
  }

  private NameScope.Meaning meaning(Token name) {
    NameScope.Meaning meaning = scope.find(name.text());
    if (meaning == null) {
      throw tokens.trouble(
          name.line(),
          "unknown %s %s"
              .formatted(
                  name.text().startsWith("%") ? "register" : "register or variable",
                  name.quoted()));
    }
    return meaning;
  }

  private Register register() {
    Token name = tokens.peek();
    if (name.is(Kind.NAME) && value("a register") instanceof Register register) {
      return register;
    }
    throw tokens.trouble(name.line(), "expected a register, found " + name.quoted());
  }

  private Address address() {
    Token token = tokens.peek();
    Operand base = null;
    long offset = 0;
    if (token.is(Kind.NAME)) {
      base = value("a register, variable or number");
      if (base instanceof Special) {
        throw tokens.trouble(
            token.line(), "expected a register or variable, found " + token.quoted());
      }
    } else {
      offset = offset();
    }
    while (tokens.take("+")) {
      offset += offset();
    }
    tokens.expect("]");
    return new Address(base, offset);
  }

  private long offset() {
    return tokens.expectConstant("an address or offset in bytes", Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private Group group(Token opcode, List<String> modifiers) {
    int line = tokens.peek().line();
    List<@Nullable Operand> parts = new ArrayList<>();
    do {
      parts.add(tokens.take("_") ? null : value("a register or number"));
    } while (tokens.take(","));
    tokens.expect("}");
    // `mov.b64 {a, b}, c` names the whole's type, `ld.v2.f32 {a, b}, [c]` the part's.
    int share = opcode.is("mov") ? parts.size() : 1;
    List<Operand> filled = new ArrayList<>();
    for (Operand part : parts) {
      filled.add(part == null ? sink(new Token(Kind.NAME, "_", line), modifiers, share) : part);
    }
    return new Group(List.copyOf(filled));
  }

  private Register sink(Token token, List<String> modifiers, int share) {
    PtxType whole = modifiers.isEmpty() ? null : Declarations.type(modifiers.getLast());
    PtxType type =
        whole == null
            ? null
            : switch (whole.bytes() / share) {
              case 1 -> PtxType.B8;
              case 2 -> PtxType.B16;
              case 4 -> PtxType.B32;
              case 8 -> PtxType.B64;
              default -> null;
            };
    if (type == null) {
      throw tokens.trouble(token.line(), "'_' cannot stand here: its type is not known");
    }
    return new Register(sinks.make(type, token.line()), false);
  }
}
