package cadj.kernels.profiler;

import cadj.kernels.ptx.Instruction;

/// Classes of instructions, by the unit of a multiprocessor that runs them.
public enum InstructionClass {
  FLOAT("f32"),
  DOUBLE("f64"),
  HALF("f16"),
  TENSOR("tensor cores"),
  INTEGER("integer"),
  CONVERSION("conversion"),
  MOVE("move, select"),
  PREDICATE("compare"),
  GLOBAL("global memory"),
  SHARED("shared memory"),
  LOCAL("local memory"),
  CONSTANT("constants"),
  WARP("between lanes"),
  BARRIER("barrier, fence"),
  BRANCH("branch, end");

  private final String words;

  InstructionClass(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }

  public static InstructionClass of(Instruction it) {
    return switch (it.opcode()) {
      case "mma" -> TENSOR;
      case "wmma" -> it.has("mma") ? TENSOR : memory(it);
      case "ld", "st", "ldu" -> memory(it);
      // Counted where it waits, not where it goes to.
      case "cp" -> it.has("global") ? GLOBAL : BARRIER;
      case "ldmatrix", "stmatrix" -> SHARED;
      case "atom", "red" -> it.has("shared") ? SHARED : GLOBAL;
      case "prefetch" -> GLOBAL;
      case "shfl", "vote", "match", "redux", "activemask" -> WARP;
      case "bar", "barrier", "mbarrier", "membar", "fence" -> BARRIER;
      case "bra", "ret", "exit", "trap", "call" -> BRANCH;
      case "mov", "selp", "slct", "cvta" -> MOVE;
      case "cvt" -> CONVERSION;
      case "setp", "set", "testp", "isspacep" -> PREDICATE;
      default -> arithmetic(it);
    };
  }

  private static InstructionClass memory(Instruction it) {
    if (it.has("shared")) {
      return SHARED;
    }
    if (it.has("local")) {
      return LOCAL;
    }
    if (it.has("param") && it.opcode().equals("st")) {
      // What a function is passed: compilers keep it in registers.
      return MOVE;
    }
    return it.has("const") || it.has("param") ? CONSTANT : GLOBAL;
  }

  private static InstructionClass arithmetic(Instruction it) {
    if (it.has("pred")) {
      return PREDICATE;
    }
    if (it.has("f32")) {
      return FLOAT;
    }
    if (it.has("f64")) {
      return DOUBLE;
    }
    return it.has("f16") || it.has("f16x2") || it.has("bf16") || it.has("bf16x2") ? HALF : INTEGER;
  }
}
