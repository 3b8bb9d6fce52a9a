package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxVariable.Reference;
import cadj.kernels.ptx.PtxVariable.Space;
import cadj.kernels.ptx.Token.Kind;
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
  private static final Set<String> HANDLES = Set.of(".texref", ".samplerref", ".surfref");
  private static final Set<PtxType> NOT_DECLARED =
      EnumSet.of(PtxType.BF16, PtxType.BF16X2, PtxType.TF32);

  private final TokenReader tokens;
  private final NameScope scope;

  /// @param scope of names in initial values
  Declarations(TokenReader tokens, NameScope scope) {
    this.tokens = tokens;
    this.scope = scope;
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
    if (HANDLES.contains(token.text())) {
      // What uses it is refused where it stands.
      tokens.next();
      return PtxType.B64;
    }
    PtxType type = type();
    if (type == PtxType.PRED) {
      throw tokens.trouble(
          token.line(),
          "a .%s variable cannot be '.pred'".formatted(space.name().toLowerCase(Locale.ROOT)));
    }
    return type;
  }

  /// One of the parameters between parentheses.
  PtxVariable parameter() {
    tokens.expect(".param");
    tokens.skipAttributes();
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
    return variable(name, Space.PARAM, type, count, align, new Initial(0));
  }

  /// After `.extern .shared` and the like: one or more variables.
  List<PtxVariable> variables(Space space, boolean extern) {
    tokens.skipAttributes();
    int align = alignment(0);
    PtxType type = typeInMemory(space);
    align = alignment(align);
    List<PtxVariable> all = new ArrayList<>();
    do {
      Token name = name("a variable's name");
      int count = dimensions(name, type, space, extern);
      Initial initial = new Initial(0);
      if (tokens.peek().is("=")) {
        initial = initial(space, type, count);
        count = count == 0 ? initial.bytes.length / type.bytes() : count;
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
      Token name, Space space, PtxType type, int count, int align, Initial initial) {
    int bytes = align == 0 ? type.bytes() : align;
    return new PtxVariable(
        name.text(), space, type, count, bytes, 0, initial.bytes, initial.references, name.line());
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
      count *= tokens.expectConstant("a size", 1, Integer.MAX_VALUE);
      tokens.expect("]");
      if (count * type.bytes() > VariableLayout.most(space)) {
        throw tokens.trouble(
            name.line(),
            VariableLayout.tooLarge("'" + name.text() + "'", space, count * type.bytes()));
      }
    }
    return (int) count;
  }

  /// The values of a variable.
  private record Initial(byte[] bytes, List<Reference> references) {
    Initial(int bytes) {
      this(new byte[bytes], List.of());
    }
  }

  private Initial initial(Space space, PtxType type, int count) {
    Token equals = tokens.expect("=");
    if (space != Space.CONST && space != Space.GLOBAL) {
      throw tokens.trouble(
          equals.line(),
          "a .%s variable begins without a value; only .const and .global ones have one"
              .formatted(space.name().toLowerCase(Locale.ROOT)));
    }
    InitialValues values = new InitialValues(tokens, scope, type);
    values.parse();
    if (count != 0 && values.count() > count) {
      throw tokens.trouble(
          equals.line(), "%d values for %d elements".formatted(values.count(), count));
    }
    long bytes = (long) type.bytes() * (count == 0 ? values.count() : count);
    if (bytes > VariableLayout.most(space)) {
      throw tokens.trouble(equals.line(), VariableLayout.tooLarge("an array", space, bytes));
    }
    return new Initial(values.bytes((int) bytes), values.references());
  }
}
