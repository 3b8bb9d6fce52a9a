package cadj.kernels.emulator.arithmetic;

/// 16-bit integers, signed (`S`) or not (`U`) where that matters.
public final class Shorts {
  private Shorts() {}

  public static int copy(int a) {
    return a;
  }

  public static int add(int a, int b) {
    return low(a + b);
  }

  public static int sub(int a, int b) {
    return low(a - b);
  }

  public static int mul(int a, int b) {
    return low(a * b);
  }

  public static int mulHiS(int a, int b) {
    return low(mulWideS(a, b) >> 16);
  }

  public static int mulHiU(int a, int b) {
    return mulWideU(a, b) >>> 16;
  }

  public static int mulWideS(int a, int b) {
    return (short) a * (short) b;
  }

  public static int mulWideU(int a, int b) {
    return a * b;
  }

  public static int mad(int a, int b, int c) {
    return low(a * b + c);
  }

  public static int madWideS(int a, int b, int c) {
    return mulWideS(a, b) + c;
  }

  public static int madWideU(int a, int b, int c) {
    return mulWideU(a, b) + c;
  }

  public static int divS(int a, int b) {
    return b == 0 ? 0xffff : low((short) a / (short) b);
  }

  public static int divU(int a, int b) {
    return b == 0 ? 0xffff : a / b;
  }

  public static int remS(int a, int b) {
    return b == 0 ? a : low((short) a % (short) b);
  }

  public static int remU(int a, int b) {
    return b == 0 ? a : a % b;
  }

  public static int abs(int a) {
    return low(Math.abs((short) a));
  }

  public static int neg(int a) {
    return low(-a);
  }

  public static int minS(int a, int b) {
    return (short) a <= (short) b ? a : b;
  }

  public static int minU(int a, int b) {
    return Math.min(a, b);
  }

  public static int maxS(int a, int b) {
    return (short) a >= (short) b ? a : b;
  }

  public static int maxU(int a, int b) {
    return Math.max(a, b);
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
    return low(~a);
  }

  /// 1 for 0, else 0.
  public static int cnot(int a) {
    return a == 0 ? 1 : 0;
  }

  public static int shl(int a, int by) {
    return low(Ints.shl(a, by));
  }

  public static int shrS(int a, int by) {
    return low(Ints.shrS((short) a, by));
  }

  public static int shrU(int a, int by) {
    return Ints.shrU(a, by);
  }

  public static int select(int a, int b, boolean first) {
    return first ? a : b;
  }

  public static boolean eq(int a, int b) {
    return a == b;
  }

  public static boolean ne(int a, int b) {
    return a != b;
  }

  public static boolean lt(int a, int b) {
    return (short) a < (short) b;
  }

  public static boolean le(int a, int b) {
    return (short) a <= (short) b;
  }

  public static boolean gt(int a, int b) {
    return (short) a > (short) b;
  }

  public static boolean ge(int a, int b) {
    return (short) a >= (short) b;
  }

  public static boolean lo(int a, int b) {
    return a < b;
  }

  public static boolean ls(int a, int b) {
    return a <= b;
  }

  public static boolean hi(int a, int b) {
    return a > b;
  }

  public static boolean hs(int a, int b) {
    return a >= b;
  }

  private static int low(int a) {
    return a & 0xffff;
  }
}
