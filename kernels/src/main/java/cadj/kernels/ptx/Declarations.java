package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxVariable.Space;
import cadj.kernels.ptx.Token.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses declarations of variables and parameters. Where a variable lies is settled later, by
/// [VariableLayout]; until then its offset is 0.
final class Declarations {
  private static final int LARGEST_ALIGNMENT = 256;
  private static final int DEEPEST_BRACES = 8;
  private static final Set<PtxType> NOT_DECLARED =
      EnumSet.of(PtxType.BF16, PtxType.BF16X2, PtxType.TF32);

  private final TokenReader tokens;

  Declarations(TokenReader tokens) {
    this.tokens = tokens;
  }

  /// The type that a modifier or directive without its dot names, or null.
  static @Nullable PtxType type(String name) {
    for (PtxType type : PtxType.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return type;
      }
    }
    return null;
  }

  /// The type of something declared.
  PtxType type() {
    Token token = tokens.expect(Kind.DOTTED, "a type such as '.f32'");
    PtxType type = type(token.text().substring(1));
    if (type == null || NOT_DECLARED.contains(type)) {
      throw tokens.trouble(
          token.line(), "expected a type such as '.f32', found %s".formatted(token.quoted()));
    }
    return type;
  }

  private PtxType typeInMemory(Space space) {
    Token token = tokens.peek();
    PtxType type = type();
    if (type == PtxType.PRED) {
      throw tokens.trouble(
          token.line(),
          "a .%s variable cannot be '.pred'".formatted(space.name().toLowerCase(Locale.ROOT)));
    }
    return type;
  }

  /// After `.entry name`: the parameters between parentheses.
  PtxVariable parameter() {
    tokens.expect(".param");
    int align = alignment(0);
    PtxType type = typeInMemory(Space.PARAM);
    if (tokens.take(".ptr")) {
      // Where the pointer leads, and how the memory there is aligned: for the optimiser.
      for (String space : List.of(".global", ".shared", ".const", ".local")) {
        if (tokens.take(space)) {
          break;
        }
      }
      alignment(1);
    }
    align = alignment(align);
    Token name = name("a parameter's name");
    int count = dimensions(name, type, Space.PARAM, false);
    return variable(name, Space.PARAM, type, count, align, new byte[0]);
  }

  /// After `.extern .shared` and the like: one or more variables.
  List<PtxVariable> variables(Space space, boolean extern) {
    int align = alignment(0);
    PtxType type = typeInMemory(space);
    align = alignment(align);
    List<PtxVariable> all = new ArrayList<>();
    do {
      Token name = name("a variable's name");
      int count = dimensions(name, type, space, extern);
      byte[] initial = new byte[0];
      if (tokens.peek().is("=")) {
        initial = initial(space, type, count);
        count = count == 0 ? initial.length / type.bytes() : count;
      } else if (count == 0 && !extern) {
        throw tokens.trouble(
            name.line(), "'%s[]' has neither a size nor values".formatted(name.text()));
      }
      all.add(variable(name, space, type, count, align, initial));
    } while (tokens.take(","));
    tokens.expectEnd();
    return all;
  }

  private static PtxVariable variable(
      Token name, Space space, PtxType type, int count, int align, byte[] initial) {
    int bytes = align == 0 ? type.bytes() : align;
    return new PtxVariable(name.text(), space, type, count, bytes, 0, initial, name.line());
  }

  Token name(String what) {
    Token name = tokens.expect(Kind.NAME, what);
    if (name.is("_")) {
      throw tokens.trouble(name.line(), "expected %s, found '_'".formatted(what));
    }
    return name;
  }

  private int alignment(int otherwise) {
    if (!tokens.take(".align")) {
      return otherwise;
    }
    int line = tokens.peek().line();
    int align = (int) tokens.expectWhole("an alignment", 1, LARGEST_ALIGNMENT);
    if (Integer.bitCount(align) != 1) {
      throw tokens.trouble(line, "expected a power of two as alignment, found " + align);
    }
    return align;
  }

  /// Elements that `[4][8]` makes, 1 without brackets, 0 for `[]`.
  private int dimensions(Token name, PtxType type, Space space, boolean extern) {
    if (extern || (tokens.peek().is("[") && tokens.peek(1).is("]"))) {
      tokens.expect("[");
      tokens.expect("]");
      return 0;
    }
    long count = 1;
    while (tokens.take("[")) {
      count *= tokens.expectWhole("a size", 1, Integer.MAX_VALUE);
      tokens.expect("]");
      if (count * type.bytes() > VariableLayout.most(space)) {
        throw tokens.trouble(
            name.line(),
            VariableLayout.tooLarge("'" + name.text() + "'", space, count * type.bytes()));
      }
    }
    return (int) count;
  }

  private byte[] initial(Space space, PtxType type, int count) {
    Token equals = tokens.expect("=");
    if (space != Space.CONST && space != Space.GLOBAL) {
      throw tokens.trouble(
          equals.line(),
          "a .%s variable begins without a value; only .const and .global ones have one"
              .formatted(space.name().toLowerCase(Locale.ROOT)));
    }
    List<Long> values = new ArrayList<>();
    if (tokens.peek().is("{")) {
      values(type, values, 1);
    } else {
      values.add(value(type));
    }
    if (count != 0 && values.size() > count) {
      throw tokens.trouble(
          equals.line(), "%d values for %d elements".formatted(values.size(), count));
    }
    long bytes = (long) type.bytes() * (count == 0 ? values.size() : count);
    if (bytes > VariableLayout.most(space)) {
      throw tokens.trouble(equals.line(), VariableLayout.tooLarge("an array", space, bytes));
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      for (int i = 0; i < type.bytes(); i++) {
        buffer.put((byte) (value >>> (8 * i)));
      }
    }
    return buffer.array();
  }

  private void values(PtxType type, List<Long> values, int depth) {
    Token brace = tokens.expect("{");
    if (depth > DEEPEST_BRACES) {
      throw tokens.trouble(brace.line(), "braces more than %d deep".formatted(DEEPEST_BRACES));
    }
    do {
      if (tokens.peek().is("{")) {
        values(type, values, depth + 1);
      } else {
        values.add(value(type));
      }
    } while (tokens.take(","));
    tokens.expect("}");
  }

  /// The bits of one value, in the lowest bytes.
  private long value(PtxType type) {
    boolean negative = tokens.take("-");
    Token token = tokens.expect(Kind.NUMBER, "a number");
    Operand number = Literals.parse(tokens, token, negative);
    if (type == PtxType.F32 && number instanceof Operand.Real(double value, boolean isDouble)) {
      return Float.floatToRawIntBits((float) value);
    }
    if (type == PtxType.F64 && number instanceof Operand.Real(double value, boolean isDouble)) {
      return Double.doubleToRawLongBits(value);
    }
    if ((type.isBits() || type.isInteger()) && number instanceof Operand.Whole(long value)) {
      return value;
    }
    throw tokens.trouble(
        token.line(),
        "expected a value of type '%s', found %s".formatted(type.text(), token.quoted()));
  }
}
