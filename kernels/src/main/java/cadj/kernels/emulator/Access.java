package cadj.kernels.emulator;

import cadj.kernels.ptx.PtxVariable.Space;

/// An instruction that goes to memory.
///
/// @param number among those of its kernel
/// @param at its index in the kernel's body
/// @param bytes that each thread moves
/// @param constant whether it counts on nobody's writing there (`ld.global.nc`)
record Access(int number, int at, Space space, Does does, int bytes, boolean constant) {
  /// What happens to the memory.
  enum Does {
    READ("reads"),
    WRITE("writes"),
    UPDATE("updates");

    private final String word;

    Does(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  boolean reads() {
    return does != Does.WRITE;
  }

  boolean writes() {
    return does != Does.READ;
  }
}
