package cadj.kernels.emulator.run;

/// Instructions by which the lanes of a warp exchange values: `shfl`, `vote`, `match`, `redux`.
public final class Warpwide {
  /// `.up`, `.down`, `.bfly`, `.idx`.
  public static final int UP = 0;

  public static final int DOWN = 1;
  public static final int BUTTERFLY = 2;
  public static final int INDEX = 3;

  /// `.and`, `.or`, `.xor`, `.add`, `.min`, `.max`, the last two signed or not.
  public static final int AND = 0;

  public static final int OR = 1;
  public static final int XOR = 2;
  public static final int ADD = 3;
  public static final int MIN_S = 4;
  public static final int MAX_S = 5;
  public static final int MIN_U = 6;
  public static final int MAX_U = 7;

  private static final int SEGMENT_BITS = 31;

  private Warpwide() {}

  /// The member masks of the lanes of `mask` must hold the lane itself, and no lane that has
  /// diverged.
  static void requireMembers(Warp warp, int mask, int[] members, int at) {
    int elsewhere = warp.elsewhere();
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      if ((members[lane] >>> lane & 1) == 0) {
        throw warp.block.fault(
            at, lane, "is not in its own member mask 0x%08x".formatted(members[lane]));
      }
      int missing = members[lane] & elsewhere;
      if (missing != 0) {
        throw warp.block.fault(
            at,
            lane,
            "the member mask 0x%08x names %s, which has diverged"
                .formatted(
                    members[lane],
                    warp.block.threadName(warp, Integer.numberOfTrailingZeros(missing))));
      }
    }
  }

  /// `bar.warp.sync`: what the warp's lanes did before is in order with what they do from now on.
  static void synchronize(Warp warp) {
    warp.block.warpBarrier(warp);
  }

  /// For each lane of `mask`, the lane it takes its value from, into `from`; returns which lanes'
  /// sources lie within their segment, while others take their own value.
  ///
  /// @param b distance or lane
  /// @param c the segment: bits 8 to 12 are those of the lane that segments share, the low five the
  ///   last (or first) lane of a segment
  static int sources(Warp warp, int mask, int mode, int[] b, int[] c, int[] from, int at) {
    int within = 0;
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      int by = b[lane] & SEGMENT_BITS;
      int segment = c[lane] >>> 8 & SEGMENT_BITS;
      int bound = (lane & segment) | (c[lane] & SEGMENT_BITS & ~segment);
      int source =
          switch (mode) {
            case UP -> lane - by;
            case DOWN -> lane + by;
            case BUTTERFLY -> lane ^ by;
            default -> (lane & segment) | (by & ~segment);
          };
      if (mode == UP ? source >= bound : source <= bound) {
        within |= 1 << lane;
      } else {
        source = lane;
      }
      if ((mask >>> source & 1) == 0) {
        throw warp.block.fault(
            at, lane, "takes its value from lane %d, which is not active".formatted(source));
      }
      from[lane] = source;
    }
    return within;
  }

  static void gather(int mask, int[] d, int[] a, int[] from, int[] old) {
    System.arraycopy(a, 0, old, 0, Warp.LANES);
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      d[lane] = old[from[lane]];
    }
  }

  static void gather(int mask, float[] d, float[] a, int[] from, int[] old) {
    keep(a, old);
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      d[lane] = Float.intBitsToFloat(old[from[lane]]);
    }
  }

  static void gather(int mask, float[] d, int[] a, int[] from, int[] old) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      d[lane] = Float.intBitsToFloat(a[from[lane]]);
    }
  }

  static void gather(int mask, int[] d, float[] a, int[] from, int[] old) {
    keep(a, old);
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      d[lane] = old[from[lane]];
    }
  }

  private static void keep(float[] a, int[] old) {
    for (int lane = 0; lane < Warp.LANES; lane++) {
      old[lane] = Float.floatToRawIntBits(a[lane]);
    }
  }

  /// The same value in all lanes of `mask`.
  static void spread(int mask, int[] d, int value) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      d[Integer.numberOfTrailingZeros(lanes)] = value;
    }
  }

  /// `vote`: all ones if it holds, else 0.
  static int all(int mask, int predicate) {
    return (predicate & mask) == mask ? -1 : 0;
  }

  static int any(int mask, int predicate) {
    return (predicate & mask) != 0 ? -1 : 0;
  }

  static int uniform(int mask, int predicate) {
    return all(mask, predicate) | all(mask, ~predicate);
  }

  /// `match.any`: for each lane, the lanes that have its value.
  static void matchAny(int mask, int[] d, int[] a) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      d[lane] = equal(mask, a, a[lane]);
    }
  }

  static void matchAny(int mask, int[] d, long[] a) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      d[lane] = equal(mask, a, a[lane]);
    }
  }

  /// `match.all`: `mask` if all have the same value, else 0.
  static int matchAll(int mask, int[] a) {
    return equal(mask, a, a[Integer.numberOfTrailingZeros(mask)]) == mask ? mask : 0;
  }

  static int matchAll(int mask, long[] a) {
    return equal(mask, a, a[Integer.numberOfTrailingZeros(mask)]) == mask ? mask : 0;
  }

  /// `redux`.
  static int reduce(int mask, int operation, int[] a) {
    int result = a[Integer.numberOfTrailingZeros(mask)];
    for (int lanes = mask & mask - 1; lanes != 0; lanes &= lanes - 1) {
      int next = a[Integer.numberOfTrailingZeros(lanes)];
      result =
          switch (operation) {
            case AND -> result & next;
            case OR -> result | next;
            case XOR -> result ^ next;
            case ADD -> result + next;
            case MIN_S -> Math.min(result, next);
            case MAX_S -> Math.max(result, next);
            case MIN_U -> Integer.compareUnsigned(result, next) <= 0 ? result : next;
            default -> Integer.compareUnsigned(result, next) >= 0 ? result : next;
          };
    }
    return result;
  }

  /// Lanes of `mask` that hold `value`.
  private static int equal(int mask, int[] a, int value) {
    int lanes = 0;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      lanes |= a[lane] == value ? 1 << lane : 0;
    }
    return lanes & mask;
  }

  private static int equal(int mask, long[] a, long value) {
    int lanes = 0;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      lanes |= a[lane] == value ? 1 << lane : 0;
    }
    return lanes & mask;
  }
}
