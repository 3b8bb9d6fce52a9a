package cadj.kernels.emulator.run;

import cadj.kernels.ptx.PtxVariable.Space;

/// Generic addresses: one address says both the state space and the place in it (`cvta`).
///
/// Global memory is its own window. Each other space has one of 4 GiB, far beyond where an
/// operating system puts memory; its low 32 bits are zeros, so that the low half of a generic
/// address is the address within the space.
public final class Window {
  private static final int BITS = 32;
  private static final long FIRST = 1L << 56;

  private Window() {}

  /// What is added to an address within `space`.
  public static long of(Space space) {
    return switch (space) {
      case GLOBAL -> 0;
      case SHARED -> FIRST;
      case LOCAL -> FIRST + (1L << BITS);
      case CONST -> FIRST + (2L << BITS);
      case PARAM -> FIRST + (3L << BITS);
    };
  }

  /// The space that a generic address lies in.
  static Space space(long address) {
    long number = (address - FIRST) >>> BITS;
    return switch (number < 4 ? (int) number : -1) {
      case 0 -> Space.SHARED;
      case 1 -> Space.LOCAL;
      case 2 -> Space.CONST;
      case 3 -> Space.PARAM;
      default -> Space.GLOBAL;
    };
  }

  /// The lanes of `mask` for which address + offset lies in `space`.
  static int inside(int mask, long[] addresses, long offset, Space space) {
    int inside = 0;
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      inside |= space(addresses[lane] + offset) == space ? 1 << lane : 0;
    }
    return inside;
  }

  /// The same for the space of that number.
  @SuppressWarnings("EnumOrdinal") // a number in compiled code, which the same program reads back
  static int inside(int mask, long[] addresses, long offset, int space) {
    return inside(mask, addresses, offset, Space.values()[space]);
  }
}
