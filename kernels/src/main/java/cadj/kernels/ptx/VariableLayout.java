package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxVariable.Space;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Gives variables their offsets, one after another, each state space by itself.
final class VariableLayout {
  /// Bytes of a kernel's parameters, from PTX 8.1 on and before.
  private static final int PARAMETERS = 32_764;

  private static final int PARAMETERS_BEFORE_81 = 4096;

  private final TokenReader tokens;
  private final int parameters;
  private final Map<Space, Long> ends = new EnumMap<>(Space.class);

  private VariableLayout(TokenReader tokens, int parameters) {
    this.tokens = tokens;
    this.parameters = parameters;
  }

  /// Of a module's variables.
  VariableLayout(TokenReader tokens) {
    this(tokens, (int) most(Space.PARAM));
  }

  /// Of a kernel's parameters.
  ///
  /// @param version of PTX, 10·major + minor
  static VariableLayout ofParameters(TokenReader tokens, int version) {
    return new VariableLayout(tokens, version >= 81 ? PARAMETERS : PARAMETERS_BEFORE_81);
  }

  /// One that continues after the variables of `before`.
  VariableLayout(VariableLayout before) {
    this(before.tokens, before.parameters);
    ends.putAll(before.ends);
  }

  /// Bytes that a space holds, CUDA's own limits but for `.global`, where values in a file of this
  /// size are a mistake; of `.param`, what is passed to functions, which lies in local memory.
  static long most(Space space) {
    return switch (space) {
      case CONST -> 64 << 10;
      case SHARED -> 48 << 10;
      case LOCAL, PARAM -> 512 << 10;
      case GLOBAL -> 64 << 20;
    };
  }

  static String tooLarge(String what, Space space, long bytes) {
    return tooLarge(what, space, bytes, most(space));
  }

  private static String tooLarge(String what, Space space, long bytes, long most) {
    return "%s takes %d bytes of .%s memory, more than the %d there are"
        .formatted(what, bytes, space.name().toLowerCase(Locale.ROOT), most);
  }

  List<PtxVariable> place(List<PtxVariable> variables) {
    List<PtxVariable> placed = new ArrayList<>();
    for (PtxVariable it : variables) {
      if (it.count() == 0) {
        placed.add(it);
        continue;
      }
      long start = Math.ceilDiv(ends.getOrDefault(it.space(), 0L), it.align()) * it.align();
      long end = start + it.bytes();
      long most = it.space() == Space.PARAM ? parameters : most(it.space());
      if (end > most) {
        throw tokens.trouble(
            it.line(), tooLarge("all up to '" + it.name() + "'", it.space(), end, most));
      }
      ends.put(it.space(), end);
      placed.add(it.at((int) start));
    }
    return List.copyOf(placed);
  }
}
