package cadj.kernels.emulator.run;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import cadj.kernels.emulator.arithmetic.HalfPairs;
import cadj.kernels.emulator.arithmetic.HalfPrecision;
import java.lang.invoke.VarHandle;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;

/// Atomic updates of memory; each gives the value that was there before.
///
/// Other blocks may run at the same time, so all are atomic in this process, too.
public final class Atomics {
  private static final VarHandle INTS = JAVA_INT.varHandle();
  private static final VarHandle LONGS = JAVA_LONG.varHandle();

  private Atomics() {}

  private static int updateInt(long at, IntUnaryOperator update) {
    while (true) {
      int old = (int) INTS.getVolatile(RawMemory.ALL, at);
      if (INTS.compareAndSet(RawMemory.ALL, at, old, update.applyAsInt(old))) {
        return old;
      }
    }
  }

  private static long updateLong(long at, LongUnaryOperator update) {
    while (true) {
      long old = (long) LONGS.getVolatile(RawMemory.ALL, at);
      if (LONGS.compareAndSet(RawMemory.ALL, at, old, update.applyAsLong(old))) {
        return old;
      }
    }
  }

  public static int add(long at, int b) {
    return (int) INTS.getAndAdd(RawMemory.ALL, at, b);
  }

  public static long add(long at, long b) {
    return (long) LONGS.getAndAdd(RawMemory.ALL, at, b);
  }

  public static float add(long at, float b) {
    return Float.intBitsToFloat(
        updateInt(at, old -> Float.floatToRawIntBits(Float.intBitsToFloat(old) + b)));
  }

  public static double add(long at, double b) {
    return Double.longBitsToDouble(
        updateLong(at, old -> Double.doubleToRawLongBits(Double.longBitsToDouble(old) + b)));
  }

  /// Two halves at once.
  public static int addPair(long at, int b, HalfPrecision precision) {
    return updateInt(at, old -> HalfPairs.add(old, b, precision));
  }

  public static int minS(long at, int b) {
    return updateInt(at, old -> Math.min(old, b));
  }

  public static int minU(long at, int b) {
    return updateInt(at, old -> Integer.compareUnsigned(old, b) <= 0 ? old : b);
  }

  public static int maxS(long at, int b) {
    return updateInt(at, old -> Math.max(old, b));
  }

  public static int maxU(long at, int b) {
    return updateInt(at, old -> Integer.compareUnsigned(old, b) >= 0 ? old : b);
  }

  public static long minS(long at, long b) {
    return updateLong(at, old -> Math.min(old, b));
  }

  public static long minU(long at, long b) {
    return updateLong(at, old -> Long.compareUnsigned(old, b) <= 0 ? old : b);
  }

  public static long maxS(long at, long b) {
    return updateLong(at, old -> Math.max(old, b));
  }

  public static long maxU(long at, long b) {
    return updateLong(at, old -> Long.compareUnsigned(old, b) >= 0 ? old : b);
  }

  /// Counts up to `b`, then from 0 again.
  public static int inc(long at, int b) {
    return updateInt(at, old -> Integer.compareUnsigned(old, b) >= 0 ? 0 : old + 1);
  }

  /// Counts down to 0, then from `b` again.
  public static int dec(long at, int b) {
    return updateInt(at, old -> old == 0 || Integer.compareUnsigned(old, b) > 0 ? b : old - 1);
  }

  public static int and(long at, int b) {
    return updateInt(at, old -> old & b);
  }

  public static int or(long at, int b) {
    return updateInt(at, old -> old | b);
  }

  public static int xor(long at, int b) {
    return updateInt(at, old -> old ^ b);
  }

  public static long and(long at, long b) {
    return updateLong(at, old -> old & b);
  }

  public static long or(long at, long b) {
    return updateLong(at, old -> old | b);
  }

  public static long xor(long at, long b) {
    return updateLong(at, old -> old ^ b);
  }

  public static int exch(long at, int b) {
    return updateInt(at, old -> b);
  }

  public static long exch(long at, long b) {
    return updateLong(at, old -> b);
  }

  /// Writes `c` if `b` is there.
  public static int cas(long at, int b, int c) {
    return updateInt(at, old -> old == b ? c : old);
  }

  public static long cas(long at, long b, long c) {
    return updateLong(at, old -> old == b ? c : old);
  }
}
