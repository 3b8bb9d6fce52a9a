package cadj.kernels.ptxfile;

import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxType;
import cadj.kernels.ptx.PtxVariable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.IntToLongFunction;

/// Checks arguments against an entry's parameters and lays them out as a launch takes them.
final class ArgumentBlock {
  private static final int ALIGNMENT = 16;

  private ArgumentBlock() {}

  /// @throws IllegalArgumentException naming the parameter, what it takes and what was given
  static void check(String file, PtxKernel entry, List<Argument> arguments) {
    if (entry.parameters().size() != arguments.size()) {
      throw new IllegalArgumentException(
          "%s: %s: expected %d arguments, found %d"
              .formatted(
                  file, PtxFile.signature(entry), entry.parameters().size(), arguments.size()));
    }
    for (int i = 0; i < arguments.size(); i++) {
      PtxVariable parameter = entry.parameters().get(i);
      if (!fits(parameter, arguments.get(i))) {
        throw new IllegalArgumentException(
            "%s: %s: argument %d: expected %s for %s, found %s"
                .formatted(
                    file,
                    entry.name(),
                    i + 1,
                    wanted(parameter),
                    PtxFile.declared(parameter),
                    arguments.get(i).words()));
      }
    }
  }

  private static boolean fits(PtxVariable parameter, Argument argument) {
    PtxType type = parameter.type();
    boolean isSingle = parameter.count() == 1;
    return switch (argument) {
      case Argument.Value(ElementType given, long bits) ->
          isSingle
              && given.bytes() == type.bytes()
              && (type.isBits() || isFloat(type) == given.isFloat());
      case Argument.Bytes(byte[] bytes) -> bytes.length == parameter.bytes();
      case Argument.Array it -> isSingle && type.bytes() == Long.BYTES && !isFloat(type);
    };
  }

  private static boolean isFloat(PtxType type) {
    return !type.isBits() && !type.isInteger();
  }

  private static String wanted(PtxVariable parameter) {
    PtxType type = parameter.type();
    if (parameter.count() != 1) {
      return "bytes=… (%d of them)".formatted(parameter.bytes());
    }
    if (isFloat(type)) {
      return "f%d".formatted(8 * type.bytes());
    }
    return switch (type.bytes()) {
      case 8 -> "an array, i64 or u64";
      case 4 -> type.isBits() ? "i32, u32 or f32" : "i32 or u32";
      case 2 -> "i16, u16 or f16";
      default -> "i8 or u8";
    };
  }

  /// @param addresses of the arguments that are arrays, by their place
  static MemorySegment of(
      PtxKernel entry, List<Argument> arguments, IntToLongFunction addresses, Arena arena) {
    int bytes =
        entry.parameters().stream().mapToInt(it -> it.offset() + it.bytes()).max().orElse(0);
    MemorySegment block = arena.allocate(bytes, ALIGNMENT);
    for (int i = 0; i < arguments.size(); i++) {
      PtxVariable parameter = entry.parameters().get(i);
      switch (arguments.get(i)) {
        case Argument.Value(ElementType type, long bits) ->
            put(block, parameter.offset(), bits, type.bytes());
        case Argument.Bytes(byte[] given) ->
            MemorySegment.copy(
                given, 0, block, ValueLayout.JAVA_BYTE, parameter.offset(), given.length);
        case Argument.Array it ->
            put(block, parameter.offset(), addresses.applyAsLong(i), Long.BYTES);
      }
    }
    return block;
  }

  private static void put(MemorySegment block, int at, long bits, int bytes) {
    for (int b = 0; b < bytes; b++) {
      block.set(ValueLayout.JAVA_BYTE, at + b, (byte) (bits >>> (8 * b)));
    }
  }
}
