package cadj.kernels.ptx;

import java.util.Set;
import java.util.regex.Pattern;

/// Names of the special registers: `%tid.x`, `%ntid.x`, `%laneid` …
final class SpecialRegisters {
  private static final Set<String> OF_THREE =
      Set.of(
          "%tid",
          "%ntid",
          "%ctaid",
          "%nctaid",
          "%clusterid",
          "%nclusterid",
          "%cluster_ctaid",
          "%cluster_nctaid");
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
          "%total_smem_size",
          "%aggr_smem_size",
          "%cluster_ctarank",
          "%cluster_nctarank",
          "%is_explicit_cluster",
          "%current_graph_exec",
          "%reserved_smem_offset_begin",
          "%reserved_smem_offset_end",
          "%reserved_smem_offset_cap",
          "%reserved_smem_offset_0",
          "%reserved_smem_offset_1");

  /// `%envreg0` to `%envreg31`, `%pm0` to `%pm7`, `%pm0_64` to `%pm7_64`.
  private static final Pattern NUMBERED =
      Pattern.compile("%envreg([0-9]|[12][0-9]|3[01])|%pm[0-7](_64)?");

  private static final Set<String> PARTS = Set.of(".x", ".y", ".z");

  private SpecialRegisters() {}

  static boolean has(String name) {
    return OF_THREE.contains(name) || isOne(name);
  }

  private static boolean isOne(String name) {
    return OF_ONE.contains(name) || NUMBERED.matcher(name).matches();
  }

  /// Takes the part, such as `.x`, of the one just read.
  static Operand.Special read(TokenReader tokens, String name) {
    if (isOne(name)) {
      return new Operand.Special(name);
    }
    if (!PARTS.contains(tokens.peek().text())) {
      throw tokens.expected("'.x', '.y' or '.z' after '%s'".formatted(name));
    }
    return new Operand.Special(name + tokens.next().text());
  }
}
