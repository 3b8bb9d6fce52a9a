package cadj.kernels.ptx;

import cadj.kernels.ptx.Operand.Address;
import cadj.kernels.ptx.Operand.Group;
import cadj.kernels.ptx.Operand.Pair;
import cadj.kernels.ptx.Operand.Register;
import cadj.kernels.ptx.Operand.Special;
import cadj.kernels.ptx.Operand.Symbol;
import cadj.kernels.ptx.Operand.Whole;
import cadj.kernels.ptx.PtxFunction.Formal;
import cadj.kernels.ptx.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses one instruction; its operands' names are looked up in a scope.
final class InstructionParser {
  private static final String VALUE = "a register, variable, number, '[address]' or '{group}'";
  private static final int WARP_SIZE = 32;

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

  Instruction parse() {
    Instruction.Guard guard = tokens.peek().is("@") ? guard() : null;
    Token opcode = tokens.expect(Kind.NAME, "an instruction");
    List<String> modifiers = new ArrayList<>();
    while (tokens.peek().is(Kind.DOTTED)) {
      modifiers.add(tokens.next().text().substring(1));
    }
    List<Operand> operands =
        switch (opcode.text()) {
          case "bra" -> List.of(label());
          case "call" -> call();
          case "ret", "exit", "trap" -> List.of();
          default -> operands(opcode, modifiers);
        };
    tokens.expectEnd();
    return new Instruction(opcode.line(), guard, opcode.text(), List.copyOf(modifiers), operands);
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
      if (!isFirst || !opcode.is("atom")) {
        throw tokens.trouble(token.line(), "'_' cannot stand here");
      }
      tokens.next();
      return sink(token, modifiers, 1);
    }
    Operand value = value(VALUE);
    if (value instanceof Register && tokens.take("|")) {
      return new Pair(value, tokens.take("_") ? null : register());
    }
    return value;
  }

  /// A number, or something with a name.
  private Operand value(String expected) {
    Token token = tokens.peek();
    if (token.is("-") || token.is(Kind.NUMBER)) {
      boolean negative = tokens.take("-");
      return Literals.parse(tokens, tokens.expect(Kind.NUMBER, "a number"), negative);
    }
    if (token.is("WARP_SZ")) {
      tokens.next();
      return new Whole(WARP_SIZE);
    }
    Token name = tokens.expect(Kind.NAME, expected);
    if (SpecialRegisters.has(name.text())) {
      return SpecialRegisters.read(tokens, name.text());
    }
    return switch (meaning(name)) {
      case NameScope.Register it -> new Register(it.unique(), false);
      case NameScope.Variable it -> new Symbol(it.unique());
      case NameScope.Label it -> throw misplaced(name, it);
      case NameScope.Function it -> throw misplaced(name, it);
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
    return tokens.expectWhole("an address or offset in bytes", Long.MIN_VALUE, Long.MAX_VALUE);
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

  private List<Operand> call() {
    List<Token> resultPlaces = new ArrayList<>();
    List<Operand> results = new ArrayList<>();
    if (tokens.peek().is("(")) {
      results = passed(resultPlaces);
      tokens.expect(",");
    }
    Token name = tokens.expect(Kind.NAME, "a function's name");
    if (!(scope.find(name.text()) instanceof NameScope.Function(PtxFunction routine))) {
      throw tokens.trouble(name.line(), "unknown function " + name.quoted());
    }
    List<Token> places = new ArrayList<>();
    List<Operand> arguments = tokens.take(",") ? passed(places) : List.of();
    check(name, "result", routine.results(), results, resultPlaces);
    check(name, "argument", routine.formals(), arguments, places);
    for (int i = 0; i < results.size(); i++) {
      if (!(results.get(i) instanceof Register)) {
        Token place = resultPlaces.get(i);
        throw tokens.trouble(place.line(), "expected a register, found " + place.quoted());
      }
    }
    return List.of(new Group(results), new Symbol(name.text()), new Group(arguments));
  }

  private List<Operand> passed(List<Token> places) {
    List<Operand> all = new ArrayList<>();
    tokens.expect("(");
    if (!tokens.peek().is(")")) {
      do {
        Token place = tokens.peek();
        places.add(place);
        Operand it = value("a register or number");
        if (it instanceof Symbol || it instanceof Special) {
          throw tokens.trouble(
              place.line(), "expected a register or number, found " + place.quoted());
        }
        all.add(it);
      } while (tokens.take(","));
    }
    tokens.expect(")");
    return List.copyOf(all);
  }

  private void check(
      Token function, String what, List<Formal> formals, List<Operand> given, List<Token> places) {
    if (formals.size() != given.size()) {
      throw tokens.trouble(
          function.line(),
          "'%s' has %d %s%s, the call %d"
              .formatted(
                  function.text(),
                  formals.size(),
                  what,
                  formals.size() == 1 ? "" : "s",
                  given.size()));
    }
    for (int i = 0; i < given.size(); i++) {
      Formal formal = formals.get(i);
      if (!fits(formal.type(), given.get(i), places.get(i))) {
        throw tokens.trouble(
            places.get(i).line(),
            "%s %d of '%s' is '%s', found %s"
                .formatted(
                    what, i + 1, function.text(), formal.type().text(), described(places.get(i))));
      }
    }
  }

  private String described(Token place) {
    return scope.find(place.text()) instanceof NameScope.Register register
        ? "'%s' of type '%s'".formatted(place.text(), register.type().text())
        : place.quoted();
  }

  private boolean fits(PtxType formal, Operand given, Token place) {
    return switch (given) {
      case Operand.Real real -> formal == PtxType.F32 || formal == PtxType.F64;
      case Whole whole -> formal.isBits() || formal.isInteger();
      default ->
          scope.find(place.text()) instanceof NameScope.Register register
              && fits(formal, register.type());
    };
  }

  private static boolean fits(PtxType formal, PtxType given) {
    return formal == given
        || (formal.bytes() == given.bytes()
            && (formal.isBits() || given.isBits() || (formal.isInteger() && given.isInteger())));
  }
}
