package cadj.kernels.emulator.run;

import cadj.kernels.ptx.PtxVariable.Space;

/// A memory access of an instruction; `cp.async` makes two.
///
/// @param number among those of its kernel
/// @param at its index in the kernel's body
/// @param bytes that each thread moves
/// @param constant whether it relies on nobody writing there during the launch (`ld.global.nc`)
/// @param strong whether it may meet accesses of other threads (`.relaxed`, `.acquire`, `.release`)
public record Access(
    int number, int at, Space space, Mode mode, int bytes, boolean constant, boolean strong) {
  /// Whether memory is read, written, or both at once (`atom`, `red`).
  public enum Mode {
    READ("reads"),
    WRITE("writes"),
    UPDATE("updates");

    private final String word;

    Mode(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  public boolean reads() {
    return mode != Mode.WRITE;
  }

  public boolean writes() {
    return mode != Mode.READ;
  }
}
