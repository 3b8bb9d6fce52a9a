package cadj.kernels.ptx;

import java.util.Set;

/// Names of the special registers: `%tid.x`, `%ntid.x`, `%laneid` …
final class SpecialRegisters {
  private static final Set<String> OF_THREE = Set.of("%tid", "%ntid", "%ctaid", "%nctaid");
  private static final Set<String> OF_ONE =
      Set.of(
          "%laneid",
          "%warpid",
          "%nwarpid",
          "%smid",
          "%nsmid",
          "%gridid",
          "%lanemask_eq",
          "%lanemask_le",
          "%lanemask_lt",
          "%lanemask_ge",
          "%lanemask_gt",
          "%clock",
          "%clock_hi",
          "%clock64",
          "%globaltimer",
          "%globaltimer_lo",
          "%globaltimer_hi",
          "%dynamic_smem_size",
          "%total_smem_size");
  private static final Set<String> PARTS = Set.of(".x", ".y", ".z");

  private SpecialRegisters() {}

  static boolean has(String name) {
    return OF_THREE.contains(name) || OF_ONE.contains(name);
  }

  /// Takes the part, such as `.x`, of the one just read.
  static Operand.Special read(TokenReader tokens, String name) {
    if (OF_ONE.contains(name)) {
      return new Operand.Special(name);
    }
    if (!PARTS.contains(tokens.peek().text())) {
      throw tokens.expected("'.x', '.y' or '.z' after '%s'".formatted(name));
    }
    return new Operand.Special(name + tokens.next().text());
  }
}
