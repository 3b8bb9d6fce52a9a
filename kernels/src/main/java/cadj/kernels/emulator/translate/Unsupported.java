package cadj.kernels.emulator.translate;

import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;

/// What to say of an instruction that is not emulated: what it is, where that is not its name.
final class Unsupported {
  private Unsupported() {}

  static String words(Instruction it) {
    String family =
        switch (it.opcode()) {
          case "tex", "tld4", "txq", "istypep" -> "textures are not emulated: ";
          case "suld", "sust", "sured", "suq" -> "surfaces are not emulated: ";
          case "wgmma", "tcgen05", "setmaxnreg" -> "warp-group products are not emulated: ";
          case "cp" -> it.has("bulk") ? "bulk copies are not emulated: " : "";
          case "mapa", "getctarank", "clusterlaunchcontrol" -> "clusters are not emulated: ";
          case "griddepcontrol" -> "dependent launches are not emulated: ";
          default ->
              it.has("shared::cluster") || it.has("cluster") ? "clusters are not emulated: " : "";
        };
    if (it.opcode().equals("call")
        && it.operands().size() == 1
        && it.operands().getFirst() instanceof Operand.Symbol(String name)) {
      return "function '%s' is .extern and defined nowhere; of such only vprintf and __assertfail are built in"
          .formatted(name);
    }
    return family.isEmpty()
        ? "the emulator does not know '%s'".formatted(it.fullName())
        : "%s'%s'".formatted(family, it.fullName());
  }
}
