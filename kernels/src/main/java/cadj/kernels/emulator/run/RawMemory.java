package cadj.kernels.emulator.run;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// The process's memory by address, for addresses that were checked before ([LoadStore]).
///
/// Addresses come in two parts, the second being a part's place in a vector access.
public final class RawMemory {
  @SuppressWarnings("restricted")
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private RawMemory() {}

  public static int loadU8(long at, int plus) {
    return ALL.get(JAVA_BYTE, at + plus) & 0xff;
  }

  public static int loadS8(long at, int plus) {
    return ALL.get(JAVA_BYTE, at + plus);
  }

  public static int loadU16(long at, int plus) {
    return ALL.get(JAVA_SHORT_UNALIGNED, at + plus) & 0xffff;
  }

  public static int loadS16(long at, int plus) {
    return ALL.get(JAVA_SHORT_UNALIGNED, at + plus);
  }

  /// Of a signed byte, the bits that a register of 16 holds.
  public static int loadS8AsHalf(long at, int plus) {
    return ALL.get(JAVA_BYTE, at + plus) & 0xffff;
  }

  public static int load32(long at, int plus) {
    return ALL.get(JAVA_INT_UNALIGNED, at + plus);
  }

  public static float loadFloat(long at, int plus) {
    return ALL.get(JAVA_FLOAT_UNALIGNED, at + plus);
  }

  public static long loadU32AsLong(long at, int plus) {
    return ALL.get(JAVA_INT_UNALIGNED, at + plus) & 0xffffffffL;
  }

  public static long load64(long at, int plus) {
    return ALL.get(JAVA_LONG_UNALIGNED, at + plus);
  }

  public static double loadDouble(long at, int plus) {
    return ALL.get(JAVA_DOUBLE_UNALIGNED, at + plus);
  }

  public static void store8(long at, int value, int plus) {
    ALL.set(JAVA_BYTE, at + plus, (byte) value);
  }

  public static void store16(long at, int value, int plus) {
    ALL.set(JAVA_SHORT_UNALIGNED, at + plus, (short) value);
  }

  public static void store32(long at, int value, int plus) {
    ALL.set(JAVA_INT_UNALIGNED, at + plus, value);
  }

  public static void storeFloat(long at, float value, int plus) {
    ALL.set(JAVA_FLOAT_UNALIGNED, at + plus, value);
  }

  public static void store64(long at, long value, int plus) {
    ALL.set(JAVA_LONG_UNALIGNED, at + plus, value);
  }

  public static void storeDouble(long at, double value, int plus) {
    ALL.set(JAVA_DOUBLE_UNALIGNED, at + plus, value);
  }
}
