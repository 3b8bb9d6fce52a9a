package cadj.kernels.ptx;

import cadj.kernels.ptx.Operand.Group;
import cadj.kernels.ptx.Operand.Register;
import cadj.kernels.ptx.Operand.Special;
import cadj.kernels.ptx.Operand.Symbol;
import cadj.kernels.ptx.PtxFunction.Formal;
import cadj.kernels.ptx.PtxVariable.Space;
import cadj.kernels.ptx.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Parses what follows `call`: results, a function or a register with its address, arguments.
final class CallParser {
  private final TokenReader tokens;
  private final NameScope scope;
  private final Function<String, Operand> value;

  /// @param value reads a register, number or variable, and is told what to say is expected
  CallParser(TokenReader tokens, NameScope scope, Function<String, Operand> value) {
    this.tokens = tokens;
    this.scope = scope;
    this.value = value;
  }

  /// Results, target, arguments.
  List<Operand> operands() {
    List<Token> resultPlaces = new ArrayList<>();
    List<Operand> results = new ArrayList<>();
    if (tokens.peek().is("(")) {
      results = passed(resultPlaces);
      tokens.expect(",");
    }
    Token name = tokens.expect(Kind.NAME, "a function's name");
    NameScope.Meaning meaning = scope.find(name.text());
    List<Token> places = new ArrayList<>();
    if (meaning instanceof NameScope.Register pointer) {
      if (pointer.type().bytes() != Long.BYTES) {
        throw tokens.trouble(
            name.line(), "a function's address has 64 bits, found " + described(name));
      }
      List<Operand> arguments =
          tokens.take(",") && tokens.peek().is("(") ? passed(places) : List.of();
      if (!tokens.peek().is(";")) {
        if (!places.isEmpty() || !arguments.isEmpty()) {
          tokens.expect(",");
        }
        tokens.expect(Kind.NAME, "the label of a '.callprototype'");
      }
      return List.of(
          new Group(results), new Register(pointer.unique(), false), new Group(arguments));
    }
    if (!(meaning instanceof NameScope.Function(PtxFunction routine))) {
      throw tokens.trouble(name.line(), "unknown function " + name.quoted());
    }
    List<Operand> arguments = tokens.take(",") ? passed(places) : List.of();
    check(name, "result", routine.results(), results, resultPlaces);
    check(name, "argument", routine.formals(), arguments, places);
    for (int i = 0; i < results.size(); i++) {
      if (!(results.get(i) instanceof Register) && !(results.get(i) instanceof Symbol)) {
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
        Operand it = value.apply("a register or number");
        boolean elsewhere =
            it instanceof Symbol
                && !(scope.find(place.text()) instanceof NameScope.Variable variable
                    && variable.space() == Space.PARAM);
        if (elsewhere || it instanceof Special) {
          throw unfit(place);
        }
        all.add(it);
      } while (tokens.take(","));
    }
    tokens.expect(")");
    return List.copyOf(all);
  }

  private PtxException unfit(Token place) {
    return tokens.trouble(place.line(), "expected a register or number, found " + place.quoted());
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
      Token place = places.get(i);
      if (given.get(i) instanceof Symbol && !formal.inMemory()) {
        throw unfit(place);
      }
      if (!fits(formal, given.get(i), place)) {
        throw tokens.trouble(
            place.line(),
            "%s %d of '%s' is '%s'%s, found %s"
                .formatted(
                    what,
                    i + 1,
                    function.text(),
                    formal.type().text(),
                    formal.count() == 1 ? "" : "[" + formal.count() + "]",
                    described(place)));
      }
    }
  }

  private String described(Token place) {
    return switch (scope.find(place.text())) {
      case NameScope.Register it -> "'%s' of type '%s'".formatted(place.text(), it.type().text());
      case NameScope.Variable it -> "'%s' of %d bytes".formatted(place.text(), it.bytes());
      case null, default -> place.quoted();
    };
  }

  private boolean fits(Formal formal, Operand given, Token place) {
    PtxType type = formal.type();
    return switch (given) {
      case Symbol it ->
          scope.find(place.text()) instanceof NameScope.Variable variable
              && variable.bytes() >= formal.bytes();
      case Operand.Real real -> type == PtxType.F32 || type == PtxType.F64;
      case Operand.Whole whole -> type.isBits() || type.isInteger();
      default ->
          formal.count() == 1
              && scope.find(place.text()) instanceof NameScope.Register register
              && fits(type, register.type());
    };
  }

  private static boolean fits(PtxType formal, PtxType given) {
    return formal == given
        || (formal.bytes() == given.bytes()
            && (formal.isBits() || given.isBits() || (formal.isInteger() && given.isInteger())));
  }
}
