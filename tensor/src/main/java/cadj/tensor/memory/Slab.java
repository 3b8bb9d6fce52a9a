package cadj.tensor.memory;

import cadj.kernels.device.F32;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One large array of which buffers are windows, cut off as they are asked for and joined again
/// when they come back.
///
/// Windows begin at cache lines ([F32#AHEAD]). Behind each lies a guard of at least a line (unless
/// the window is nearly as long as an array can be): with assertions on it is filled with NaN, so
/// that reading past a window shows, and looked at again when the window comes back, so that
/// writing past it does. It also keeps equal rows of neighbouring windows from competing for the
/// same places of a cache.
final class Slab {
  private static final int LINE = 16;

  /// What the longest array of a virtual machine has room for behind [F32#AHEAD].
  private static final int MOST = Integer.MAX_VALUE - 8 - F32.AHEAD;

  /// A NaN that no arithmetic makes.
  private static final int GUARD = 0x7fad_cafe;

  private final float[] array;

  /// Lengths of the parts that nobody has, by where they begin. No two touch.
  private final NavigableMap<Integer, Integer> idle = new TreeMap<>();

  /// Lengths of the windows in use, with what lies behind each, by where they begin.
  private final Map<Integer, Integer> used = new HashMap<>();

  Slab(int floats) {
    array = new float[F32.AHEAD + floats];
    idle.put(F32.AHEAD, floats);
  }

  /// Floats that a buffer of `length` takes.
  static int size(int length) {
    return (int) Math.min((LINE - 1L + length) / LINE * LINE + LINE, Math.max(length, MOST));
  }

  float[] array() {
    return array;
  }

  int floats() {
    return array.length - F32.AHEAD;
  }

  boolean isIdle() {
    return used.isEmpty();
  }

  /// An idle part of a slab.
  record Part(Slab slab, int at, int length) {}

  /// The shortest part with room for `size` floats, if it is shorter than `best`; else `best`.
  /// Looks at all of them, which are few.
  @Nullable Part shorter(int size, @Nullable Part best) {
    Part shortest = best;
    for (Map.Entry<Integer, Integer> part : idle.entrySet()) {
      int length = part.getValue();
      if (length >= size && (shortest == null || length < shortest.length())) {
        shortest = new Part(this, part.getKey(), length);
      }
    }
    return shortest;
  }

  /// A window of `length` floats with undefined contents, from where the idle part begins at `at`.
  F32 take(int at, int length) {
    int size = size(length);
    int rest = idle.remove(at) - size;
    if (rest > 0) {
      idle.put(at + size, rest);
    }
    used.put(at, size);
    assert writeGuard(at + length, at + size);
    return new F32(array, at, length);
  }

  /// Takes back what [#take] gave.
  ///
  /// @throws IllegalStateException if it is no window in use
  void give(F32 window) {
    int at = window.offset();
    Integer size = used.remove(at);
    if (size == null) {
      throw new IllegalStateException(
          "given back, but not in use: %d floats".formatted(window.length()));
    }
    assert isGuardUntouched(at + window.length(), at + size)
        : "written past the end of a buffer of %d floats".formatted(window.length());
    assert poison(at, at + size);
    Integer behind = idle.remove(at + size);
    int length = size + (behind == null ? 0 : behind);
    Map.Entry<Integer, Integer> before = idle.lowerEntry(at);
    if (before != null && before.getKey() + before.getValue() == at) {
      idle.put(before.getKey(), before.getValue() + length);
    } else {
      idle.put(at, length);
    }
  }

  private boolean writeGuard(int from, int to) {
    Arrays.fill(array, from, to, Float.intBitsToFloat(GUARD));
    return true;
  }

  private boolean isGuardUntouched(int from, int to) {
    for (int i = from; i < to; i++) {
      if (Float.floatToRawIntBits(array[i]) != GUARD) {
        return false;
      }
    }
    return true;
  }

  /// Freed memory is NaN, so that a use of it shows.
  private boolean poison(int from, int to) {
    Arrays.fill(array, from, to, Float.NaN);
    return true;
  }
}
