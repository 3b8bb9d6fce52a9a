package cadj.kernels.emulator.arithmetic;

/// 32-bit integers, signed (`S`) or not (`U`) where that matters.
public final class Ints {
  private Ints() {}

  public static int copy(int a) {
    return a;
  }

  public static int add(int a, int b) {
    return a + b;
  }

  public static int addSat(int a, int b) {
    return saturated((long) a + b);
  }

  public static int sub(int a, int b) {
    return a - b;
  }

  public static int subSat(int a, int b) {
    return saturated((long) a - b);
  }

  private static int saturated(long x) {
    return Math.clamp(x, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  public static int mul(int a, int b) {
    return a * b;
  }

  public static int mulHiS(int a, int b) {
    return (int) (mulWideS(a, b) >> 32);
  }

  public static int mulHiU(int a, int b) {
    return (int) (mulWideU(a, b) >>> 32);
  }

  public static long mulWideS(int a, int b) {
    return (long) a * b;
  }

  public static long mulWideU(int a, int b) {
    return unsigned(a) * unsigned(b);
  }

  public static int mad(int a, int b, int c) {
    return a * b + c;
  }

  public static int madHiS(int a, int b, int c) {
    return mulHiS(a, b) + c;
  }

  public static int madHiU(int a, int b, int c) {
    return mulHiU(a, b) + c;
  }

  public static long madWideS(int a, int b, long c) {
    return mulWideS(a, b) + c;
  }

  public static long madWideU(int a, int b, long c) {
    return mulWideU(a, b) + c;
  }

  /// The low 24 bits of each, times; the low 32 bits of that.
  public static int mul24S(int a, int b) {
    return (a << 8 >> 8) * (b << 8 >> 8);
  }

  public static int mul24U(int a, int b) {
    return (a & 0xffffff) * (b & 0xffffff);
  }

  public static int mad24S(int a, int b, int c) {
    return mul24S(a, b) + c;
  }

  public static int mad24U(int a, int b, int c) {
    return mul24U(a, b) + c;
  }

  public static int divS(int a, int b) {
    return b == 0 ? -1 : a / b;
  }

  public static int divU(int a, int b) {
    return b == 0 ? -1 : Integer.divideUnsigned(a, b);
  }

  public static int remS(int a, int b) {
    return b == 0 ? a : a % b;
  }

  public static int remU(int a, int b) {
    return b == 0 ? a : Integer.remainderUnsigned(a, b);
  }

  public static int abs(int a) {
    return Math.abs(a);
  }

  public static int neg(int a) {
    return -a;
  }

  public static int minS(int a, int b) {
    return Math.min(a, b);
  }

  public static int minU(int a, int b) {
    return Integer.compareUnsigned(a, b) <= 0 ? a : b;
  }

  public static int maxS(int a, int b) {
    return Math.max(a, b);
  }

  public static int maxU(int a, int b) {
    return Integer.compareUnsigned(a, b) >= 0 ? a : b;
  }

  /// c + |a − b|
  public static int sadS(int a, int b, int c) {
    return c + (a < b ? b - a : a - b);
  }

  public static int sadU(int a, int b, int c) {
    return c + (Integer.compareUnsigned(a, b) < 0 ? b - a : a - b);
  }

  /// Four products of bytes and their sum with `c`.
  public static int dp4aS(int a, int b, int c) {
    int sum = c;
    for (int i = 0; i < 32; i += 8) {
      sum += (byte) (a >> i) * (byte) (b >> i);
    }
    return sum;
  }

  public static int dp4aU(int a, int b, int c) {
    int sum = c;
    for (int i = 0; i < 32; i += 8) {
      sum += (a >>> i & 0xff) * (b >>> i & 0xff);
    }
    return sum;
  }

  public static int and(int a, int b) {
    return a & b;
  }

  public static int or(int a, int b) {
    return a | b;
  }

  public static int xor(int a, int b) {
    return a ^ b;
  }

  public static int not(int a) {
    return ~a;
  }

  /// 1 for 0, else 0.
  public static int cnot(int a) {
    return a == 0 ? 1 : 0;
  }

  public static int shl(int a, int by) {
    return over31(by) ? 0 : a << by;
  }

  public static int shrS(int a, int by) {
    return a >> (over31(by) ? 31 : by);
  }

  public static int shrU(int a, int by) {
    return over31(by) ? 0 : a >>> by;
  }

  private static boolean over31(int by) {
    return (by & ~31) != 0;
  }

  /// The high half of `b:a` shifted left.
  public static int shfLClamp(int a, int b, int by) {
    return high(join(a, b) << minU(by, 32));
  }

  public static int shfLWrap(int a, int b, int by) {
    return high(join(a, b) << (by & 31));
  }

  /// The low half of `b:a` shifted right.
  public static int shfRClamp(int a, int b, int by) {
    return low(join(a, b) >>> minU(by, 32));
  }

  public static int shfRWrap(int a, int b, int by) {
    return low(join(a, b) >>> (by & 31));
  }

  public static int popc(int a) {
    return Integer.bitCount(a);
  }

  public static int clz(int a) {
    return Integer.numberOfLeadingZeros(a);
  }

  /// Place of the highest bit that is not the sign's, or −1.
  public static int bfindS(int a) {
    return 31 - Integer.numberOfLeadingZeros(a < 0 ? ~a : a);
  }

  public static int bfindU(int a) {
    return 31 - Integer.numberOfLeadingZeros(a);
  }

  /// Shift that brings that bit to the top, or −1.
  public static int bfindShiftS(int a) {
    int place = bfindS(a);
    return place < 0 ? -1 : 31 - place;
  }

  public static int bfindShiftU(int a) {
    int place = bfindU(a);
    return place < 0 ? -1 : 31 - place;
  }

  public static int brev(int a) {
    return Integer.reverse(a);
  }

  /// `length` bits from `start` on; those beyond bit 31 are the sign of the field.
  public static int bfeS(int a, int start, int length) {
    return (int) Longs.bfeS(a, start, length);
  }

  public static int bfeU(int a, int start, int length) {
    return (int) Longs.bfeU(unsigned(a), start, length);
  }

  /// `b` with `length` bits of `a` put in from bit `start` on.
  public static int bfi(int a, int b, int start, int length) {
    return (int) Longs.bfi(unsigned(a), unsigned(b), start, length);
  }

  /// Any function of three bits: bit `4a + 2b + c` of `table`.
  public static int lop3(int a, int b, int c, int table) {
    int result = 0;
    for (int row = 0; row < 8; row++) {
      if ((table >> row & 1) != 0) {
        result |= ((row & 4) != 0 ? a : ~a) & ((row & 2) != 0 ? b : ~b) & ((row & 1) != 0 ? c : ~c);
      }
    }
    return result;
  }

  /// Four bytes out of the eight of `b:a`, one per hexadecimal digit of `selector`, of which bit 3
  /// asks for the byte's sign instead.
  public static int prmt(int a, int b, int selector) {
    int result = 0;
    for (int i = 0; i < 4; i++) {
      int digit = selector >> (4 * i);
      int chosen = (byte) (join(a, b) >> (8 * (digit & 7)));
      result |= (((digit & 8) != 0 ? chosen >> 7 : chosen) & 0xff) << (8 * i);
    }
    return result;
  }

  /// Forward four bytes.
  public static int prmtF4e(int a, int b, int c) {
    return low(join(a, b) >>> (8 * (c & 3)));
  }

  /// Backward four bytes.
  public static int prmtB4e(int a, int b, int c) {
    int from = c & 3;
    return prmt(a, b, from | (from - 1 & 7) << 4 | (from - 2 & 7) << 8 | (from - 3 & 7) << 12);
  }

  /// One byte four times.
  public static int prmtRc8(int a, int b, int c) {
    return ((a >>> (8 * (c & 3))) & 0xff) * 0x01010101;
  }

  /// Edge clamp, left.
  public static int prmtEcl(int a, int b, int c) {
    int from = c & 3;
    return prmt(a, b, from | Math.max(1, from) << 4 | Math.max(2, from) << 8 | 3 << 12);
  }

  /// Edge clamp, right.
  public static int prmtEcr(int a, int b, int c) {
    int to = c & 3;
    return prmt(a, b, Math.min(1, to) << 4 | Math.min(2, to) << 8 | to << 12);
  }

  /// One half twice.
  public static int prmtRc16(int a, int b, int c) {
    return ((a >>> (16 * (c & 1))) & 0xffff) * 0x00010001;
  }

  public static int select(int a, int b, boolean first) {
    return first ? a : b;
  }

  public static int slct(int a, int b, int c) {
    return c >= 0 ? a : b;
  }

  public static int slctF(int a, int b, float c) {
    return c >= 0 ? a : b;
  }

  public static boolean eq(int a, int b) {
    return a == b;
  }

  public static boolean ne(int a, int b) {
    return a != b;
  }

  public static boolean lt(int a, int b) {
    return a < b;
  }

  public static boolean le(int a, int b) {
    return a <= b;
  }

  public static boolean gt(int a, int b) {
    return a > b;
  }

  public static boolean ge(int a, int b) {
    return a >= b;
  }

  public static boolean lo(int a, int b) {
    return Integer.compareUnsigned(a, b) < 0;
  }

  public static boolean ls(int a, int b) {
    return Integer.compareUnsigned(a, b) <= 0;
  }

  public static boolean hi(int a, int b) {
    return Integer.compareUnsigned(a, b) > 0;
  }

  public static boolean hs(int a, int b) {
    return Integer.compareUnsigned(a, b) >= 0;
  }

  /// `{a, b}` of 16 bits each, the first in the low half.
  public static int pack(int a, int b) {
    return (a & 0xffff) | b << 16;
  }

  public static int lowHalf(int a) {
    return a & 0xffff;
  }

  public static int highHalf(int a) {
    return a >>> 16;
  }

  static long unsigned(int a) {
    return a & 0xffffffffL;
  }

  private static long join(int low, int high) {
    return Longs.pack(low, high);
  }

  private static int low(long a) {
    return (int) a;
  }

  private static int high(long a) {
    return (int) (a >>> 32);
  }

  /// `bmsk.clamp`: so many ones from bit `a` on, none beyond bit 31.
  public static int bmskClamp(int a, int count) {
    int from = Integer.compareUnsigned(a, 32) > 0 ? 32 : a;
    int ones = Integer.compareUnsigned(count, 32) > 0 ? 32 : count;
    return (int) (((1L << ones) - 1) << from);
  }

  /// `bmsk.wrap`: the same with place and count modulo 32.
  public static int bmskWrap(int a, int count) {
    return bmskClamp(a & 31, count & 31);
  }
}
