package cadj.kernels.emulator.arithmetic;

/// 64-bit integers, signed (`S`) or not (`U`) where that matters; shifts and places are 32-bit.
public final class Longs {
  private Longs() {}

  public static long copy(long a) {
    return a;
  }

  public static long add(long a, long b) {
    return a + b;
  }

  public static long sub(long a, long b) {
    return a - b;
  }

  public static long mul(long a, long b) {
    return a * b;
  }

  public static long mulHiS(long a, long b) {
    return Math.multiplyHigh(a, b);
  }

  public static long mulHiU(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b);
  }

  public static long mad(long a, long b, long c) {
    return a * b + c;
  }

  public static long madHiS(long a, long b, long c) {
    return mulHiS(a, b) + c;
  }

  public static long madHiU(long a, long b, long c) {
    return mulHiU(a, b) + c;
  }

  public static long divS(long a, long b) {
    return b == 0 ? -1 : a / b;
  }

  public static long divU(long a, long b) {
    return b == 0 ? -1 : Long.divideUnsigned(a, b);
  }

  public static long remS(long a, long b) {
    return b == 0 ? a : a % b;
  }

  public static long remU(long a, long b) {
    return b == 0 ? a : Long.remainderUnsigned(a, b);
  }

  public static long abs(long a) {
    return Math.abs(a);
  }

  public static long neg(long a) {
    return -a;
  }

  public static long minS(long a, long b) {
    return Math.min(a, b);
  }

  public static long minU(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0 ? a : b;
  }

  public static long maxS(long a, long b) {
    return Math.max(a, b);
  }

  public static long maxU(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  /// c + |a − b|
  public static long sadS(long a, long b, long c) {
    return c + (a < b ? b - a : a - b);
  }

  public static long sadU(long a, long b, long c) {
    return c + (Long.compareUnsigned(a, b) < 0 ? b - a : a - b);
  }

  public static long and(long a, long b) {
    return a & b;
  }

  public static long or(long a, long b) {
    return a | b;
  }

  public static long xor(long a, long b) {
    return a ^ b;
  }

  public static long not(long a) {
    return ~a;
  }

  /// 1 for 0, else 0.
  public static long cnot(long a) {
    return a == 0 ? 1 : 0;
  }

  public static long shl(long a, int by) {
    return over63(by) ? 0 : a << by;
  }

  public static long shrS(long a, int by) {
    return a >> (over63(by) ? 63 : by);
  }

  public static long shrU(long a, int by) {
    return over63(by) ? 0 : a >>> by;
  }

  private static boolean over63(int by) {
    return (by & ~63) != 0;
  }

  public static int popc(long a) {
    return Long.bitCount(a);
  }

  public static int clz(long a) {
    return Long.numberOfLeadingZeros(a);
  }

  /// Place of the highest bit that is not the sign's, or −1.
  public static int bfindS(long a) {
    return 63 - Long.numberOfLeadingZeros(a < 0 ? ~a : a);
  }

  public static int bfindU(long a) {
    return 63 - Long.numberOfLeadingZeros(a);
  }

  /// Shift that brings that bit to the top, or −1.
  public static int bfindShiftS(long a) {
    int place = bfindS(a);
    return place < 0 ? -1 : 63 - place;
  }

  public static int bfindShiftU(long a) {
    int place = bfindU(a);
    return place < 0 ? -1 : 63 - place;
  }

  public static long brev(long a) {
    return Long.reverse(a);
  }

  /// `length` bits from `start` on, both taken modulo 256; those beyond bit 63 are the sign of the
  /// field.
  public static long bfeS(long a, int start, int length) {
    int from = Math.min(start & 0xff, 63);
    int bits = length & 0xff;
    if (bits == 0) {
      return 0;
    }
    int unused = Math.max(0, 64 - from - bits);
    return a << unused >> unused >> from;
  }

  public static long bfeU(long a, int start, int length) {
    return shrU(a, start & 0xff) & ones(length & 0xff);
  }

  /// `b` with `length` bits of `a` put in from bit `start` on.
  public static long bfi(long a, long b, int start, int length) {
    long field = shl(ones(length & 0xff), start & 0xff);
    return (b & ~field) | (shl(a, start & 0xff) & field);
  }

  private static long ones(int length) {
    return length >= 64 ? -1 : (1L << length) - 1;
  }

  public static long select(long a, long b, boolean first) {
    return first ? a : b;
  }

  public static long slct(long a, long b, int c) {
    return c >= 0 ? a : b;
  }

  public static long slctF(long a, long b, float c) {
    return c >= 0 ? a : b;
  }

  public static boolean eq(long a, long b) {
    return a == b;
  }

  public static boolean ne(long a, long b) {
    return a != b;
  }

  public static boolean lt(long a, long b) {
    return a < b;
  }

  public static boolean le(long a, long b) {
    return a <= b;
  }

  public static boolean gt(long a, long b) {
    return a > b;
  }

  public static boolean ge(long a, long b) {
    return a >= b;
  }

  public static boolean lo(long a, long b) {
    return Long.compareUnsigned(a, b) < 0;
  }

  public static boolean ls(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0;
  }

  public static boolean hi(long a, long b) {
    return Long.compareUnsigned(a, b) > 0;
  }

  public static boolean hs(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0;
  }

  /// `{a, b}`, the first in the low half.
  public static long pack(int a, int b) {
    return (a & 0xffffffffL) | (long) b << 32;
  }

  public static long pack4(int a, int b, int c, int d) {
    return pack(Ints.pack(a, b), Ints.pack(c, d));
  }

  public static int lowHalf(long a) {
    return (int) a;
  }

  public static int highHalf(long a) {
    return (int) (a >>> 32);
  }

  public static int quarter0(long a) {
    return (int) a & 0xffff;
  }

  public static int quarter1(long a) {
    return (int) (a >>> 16) & 0xffff;
  }

  public static int quarter2(long a) {
    return (int) (a >>> 32) & 0xffff;
  }

  public static int quarter3(long a) {
    return (int) (a >>> 48);
  }
}
