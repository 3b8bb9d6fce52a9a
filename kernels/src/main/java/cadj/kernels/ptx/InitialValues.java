package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxVariable.Reference;
import cadj.kernels.ptx.Token.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Parses what a variable is declared to begin with: `3`, `{1.0, -2.0}`, `{generic(text), f}`.
final class InitialValues {
  private static final int DEEPEST_BRACES = 8;

  private final TokenReader tokens;
  private final NameScope scope;
  private final PtxType type;
  private final List<Long> values = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();

  InitialValues(TokenReader tokens, NameScope scope, PtxType type) {
    this.tokens = tokens;
    this.scope = scope;
    this.type = type;
  }

  /// After `=`.
  void parse() {
    if (tokens.peek().is("{")) {
      list(1);
    } else {
      value();
    }
  }

  int count() {
    return values.size();
  }

  /// Little-endian, zeros after the values.
  byte[] bytes(int size) {
    ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      for (int i = 0; i < type.bytes(); i++) {
        buffer.put((byte) (value >>> (8 * i)));
      }
    }
    return buffer.array();
  }

  List<Reference> references() {
    return List.copyOf(references);
  }

  private void list(int depth) {
    Token brace = tokens.expect("{");
    if (depth > DEEPEST_BRACES) {
      throw tokens.trouble(brace.line(), "braces more than %d deep".formatted(DEEPEST_BRACES));
    }
    do {
      if (tokens.peek().is("{")) {
        list(depth + 1);
      } else {
        value();
      }
    } while (tokens.take(","));
    tokens.expect("}");
  }

  private void value() {
    Token first = tokens.peek();
    if (first.is(Kind.NAME) && !first.is("WARP_SZ")) {
      address();
      return;
    }
    Operand number = ConstantExpression.parse(tokens, "a number");
    values.add(bits(first, number));
  }

  /// The bits of a number, in the lowest bytes.
  private long bits(Token first, Operand number) {
    if (number instanceof Operand.Real(double value, boolean isDouble)) {
      if (type == PtxType.F32) {
        return Float.floatToRawIntBits((float) value);
      }
      if (type == PtxType.F64) {
        return Double.doubleToRawLongBits(value);
      }
    }
    if (number instanceof Operand.Whole(long value) && (type.isBits() || type.isInteger())) {
      return value;
    }
    throw tokens.trouble(
        first.line(),
        "expected a value of type '%s', found %s".formatted(type.text(), first.quoted()));
  }

  /// `name`, `name+offset`, `generic(name)`, `generic(name)+offset`.
  private void address() {
    boolean generic = tokens.peek().is("generic") && tokens.peek(1).is("(");
    if (generic) {
      tokens.next();
      tokens.next();
    }
    Token name = tokens.expect(Kind.NAME, "a variable or function");
    NameScope.Meaning meaning = scope.find(name.text());
    if (meaning instanceof NameScope.Function(PtxFunction routine)) {
      scope.takeAddress(routine.name());
    } else if (!(meaning instanceof NameScope.Variable)) {
      throw tokens.trouble(name.line(), "expected a number, found " + name.quoted());
    }
    if (generic) {
      tokens.expect(")");
    }
    if (type.bytes() < Integer.BYTES || !(type.isBits() || type.isInteger())) {
      throw tokens.trouble(
          name.line(), "an address does not fit a value of type '%s'".formatted(type.text()));
    }
    long plus =
        tokens.take("+") ? tokens.expectConstant("an offset", Long.MIN_VALUE, Long.MAX_VALUE) : 0;
    references.add(new Reference(values.size() * type.bytes(), name.text(), plus, generic));
    values.add(0L);
  }
}
