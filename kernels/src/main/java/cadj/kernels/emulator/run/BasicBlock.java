package cadj.kernels.emulator.run;

import org.jspecify.annotations.Nullable;

/// A basic block: instructions that are entered only at the first and left only after the last.
///
/// @param start index of the first in the kernel's body
/// @param end index after the last, the one that ends the block not counted
/// @param ending what comes at `end`
/// @param guard of the ending, or null
/// @param target number of the block that a branch goes to, else −1
/// @param uniform whether the branch promises that a warp does not diverge at it (`bra.uni`)
public record BasicBlock(
    int start, int end, Ending ending, @Nullable Guard guard, int target, boolean uniform) {
  /// What a block ends in.
  public enum Ending {
    /// The next block follows.
    FALL,
    BRANCH,
    EXIT,
    BARRIER,
    /// The threads announce themselves at a barrier and go on (`bar.arrive`).
    ARRIVE,
    TRAP
  }

  /// Instructions, the ending included.
  public int length() {
    return end - start + (ending == Ending.FALL ? 0 : 1);
  }

  /// Lanes of `mask` that do what the ending says.
  int taking(Warp warp, int mask) {
    return guard == null ? mask : mask & guard.lanes(warp);
  }

  /// With checks on: the lanes of `mask` must have written the guard.
  void requireDefined(Warp warp, int mask) {
    if (guard != null) {
      int carrier = RegisterKind.CARRIERS.indexOf(RegisterKind.PREDICATE);
      warp.requireDefined(mask, carrier, guard.predicate, end);
    }
  }

  /// A predicate, as it is or negated.
  public record Guard(int predicate, boolean negated) {
    int lanes(Warp warp) {
      int lanes = warp.predicates[predicate];
      return negated ? ~lanes : lanes;
    }
  }
}
