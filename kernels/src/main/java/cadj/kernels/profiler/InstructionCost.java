package cadj.kernels.profiler;

import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxType;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Floating-point operations and bytes of one instruction, for one thread.
final class InstructionCost {
  private static final Pattern TILE = Pattern.compile("m([0-9]+)n([0-9]+)k([0-9]+)");
  private static final int LANES = 32;

  private InstructionCost() {}

  /// Floating-point operations: one for a sum, a product, a quotient, a root or an approximated
  /// function, two for a fused multiply-add.
  static int flops(Instruction it) {
    int lanes = it.has("f16x2") || it.has("bf16x2") ? 2 : 1;
    return switch (InstructionClass.of(it)) {
      case FLOAT, DOUBLE, HALF ->
          switch (it.opcode()) {
            case "fma", "mad" -> 2 * lanes;
            case "add",
                "sub",
                "mul",
                "div",
                "rcp",
                "sqrt",
                "rsqrt",
                "sin",
                "cos",
                "ex2",
                "lg2",
                "tanh" ->
                lanes;
            default -> 0;
          };
      case TENSOR -> tileFlops(it);
      default -> 0;
    };
  }

  /// The 32 threads of a warp share a tile.
  private static int tileFlops(Instruction it) {
    for (String modifier : it.modifiers()) {
      Matcher tile = TILE.matcher(modifier);
      if (tile.matches()) {
        int m = Integer.parseInt(tile.group(1));
        int n = Integer.parseInt(tile.group(2));
        int k = Integer.parseInt(tile.group(3));
        return 2 * m * n * k / LANES;
      }
    }
    return 0;
  }

  /// Bytes of memory that a load, store or copy moves.
  static int bytes(Instruction it) {
    if (it.opcode().equals("cp")) {
      return it.operands().size() > 2 && it.operands().get(2) instanceof Operand.Whole(long bytes)
          ? (int) bytes
          : 0;
    }
    int elements = it.has("v4") ? 4 : it.has("v2") ? 2 : 1;
    return it.modifiers().isEmpty() ? 0 : elements * bytes(it.modifiers().getLast());
  }

  private static int bytes(String type) {
    try {
      return PtxType.valueOf(type.toUpperCase(Locale.ROOT)).bytes();
    } catch (IllegalArgumentException noType) {
      return 0;
    }
  }

  /// Whether it reads memory; atomics both read and write.
  static boolean reads(Instruction it) {
    return switch (it.opcode()) {
      case "ld", "cp", "atom", "red" -> true;
      default -> false;
    };
  }

  static boolean writes(Instruction it) {
    return switch (it.opcode()) {
      case "st", "atom", "red" -> true;
      default -> false;
    };
  }
}
