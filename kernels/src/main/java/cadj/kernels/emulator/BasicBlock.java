package cadj.kernels.emulator;

import org.jspecify.annotations.Nullable;

/// A run of instructions that is entered only at its first and left only at its last.
///
/// @param start index of the first in the kernel's body
/// @param end index after the last, the one that ends the block not counted
/// @param ending what comes at `end`
/// @param guard of the ending, or null
/// @param target number of the block that a branch goes to, else −1
/// @param uniform whether it promises that all threads of a warp that come to it go the same way
record BasicBlock(
    int start, int end, Ending ending, @Nullable Guard guard, int target, boolean uniform) {
  /// What a block ends in.
  enum Ending {
    /// The next block follows.
    FALL,
    BRANCH,
    EXIT,
    BARRIER,
    TRAP
  }

  /// Instructions, the ending included.
  int length() {
    return end - start + (ending == Ending.FALL ? 0 : 1);
  }

  /// Lanes of `mask` that do what the ending says.
  int taking(Warp warp, int mask) {
    return guard == null ? mask : mask & guard.lanes(warp);
  }

  /// With checks on: the lanes of `mask` must have written the guard.
  void requireDefined(Warp warp, int mask) {
    if (guard != null) {
      int carrier = Emitter.CARRIERS.indexOf(Kind.PREDICATE);
      warp.requireDefined(mask, carrier, guard.predicate, end);
    }
  }

  /// A predicate, as it is or negated.
  record Guard(int predicate, boolean negated) {
    int lanes(Warp warp) {
      int lanes = warp.predicates[predicate];
      return negated ? ~lanes : lanes;
    }
  }
}
