package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxVariable.Space;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Gives variables their offsets, one after another, each state space by itself.
final class VariableLayout {
  private final TokenReader tokens;
  private final Map<Space, Long> ends = new EnumMap<>(Space.class);

  VariableLayout(TokenReader tokens) {
    this.tokens = tokens;
  }

  /// One that continues after the variables of `before`.
  VariableLayout(VariableLayout before) {
    this(before.tokens);
    ends.putAll(before.ends);
  }

  /// Bytes that a space holds, CUDA's own limits but for `.global`, where values in a file of this
  /// size are a mistake.
  static long most(Space space) {
    return switch (space) {
      case PARAM -> 4096;
      case CONST -> 64 << 10;
      case SHARED -> 48 << 10;
      case LOCAL -> 512 << 10;
      case GLOBAL -> 64 << 20;
    };
  }

  static String tooLarge(String what, Space space, long bytes) {
    return "%s takes %d bytes of .%s memory, more than the %d there are"
        .formatted(what, bytes, space.name().toLowerCase(Locale.ROOT), most(space));
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
      if (end > most(it.space())) {
        throw tokens.trouble(it.line(), tooLarge("all up to '" + it.name() + "'", it.space(), end));
      }
      ends.put(it.space(), end);
      placed.add(
          new PtxVariable(
              it.name(),
              it.space(),
              it.type(),
              it.count(),
              it.align(),
              (int) start,
              it.initial(),
              it.line()));
    }
    return List.copyOf(placed);
  }
}
