package cadj.kernels.emulator.run;

import cadj.kernels.ptx.Instruction;

/// What it means that threads have come to a `trap`.
final class Traps {
  private Traps() {}

  static String words(TranslatedKernel kernel, BasicBlock block) {
    Instruction it = kernel.ptx().body().get(block.end());
    if (it.has("call")) {
      return "calls an address that is no function with these parameters, or one that calls itself";
    }
    return it.has("brx") ? "the index of brx.idx is beyond its targets" : "trap";
  }
}
