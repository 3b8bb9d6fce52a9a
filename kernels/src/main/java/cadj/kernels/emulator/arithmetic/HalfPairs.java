package cadj.kernels.emulator.arithmetic;

import static cadj.kernels.emulator.arithmetic.Ints.highHalf;
import static cadj.kernels.emulator.arithmetic.Ints.lowHalf;
import static cadj.kernels.emulator.arithmetic.Ints.pack;

/// `f16x2` and `bf16x2`: [Halves] for both halves of a word.
public final class HalfPairs {
  private HalfPairs() {}

  public static int add(int a, int b, HalfPrecision p) {
    return pack(Halves.add(lowHalf(a), lowHalf(b), p), Halves.add(highHalf(a), highHalf(b), p));
  }

  public static int sub(int a, int b, HalfPrecision p) {
    return pack(Halves.sub(lowHalf(a), lowHalf(b), p), Halves.sub(highHalf(a), highHalf(b), p));
  }

  public static int mul(int a, int b, HalfPrecision p) {
    return pack(Halves.mul(lowHalf(a), lowHalf(b), p), Halves.mul(highHalf(a), highHalf(b), p));
  }

  public static int fma(int a, int b, int c, HalfPrecision p) {
    return pack(
        Halves.fma(lowHalf(a), lowHalf(b), lowHalf(c), p),
        Halves.fma(highHalf(a), highHalf(b), highHalf(c), p));
  }

  public static int neg(int a) {
    return pack(Halves.neg(lowHalf(a)), Halves.neg(highHalf(a)));
  }

  public static int abs(int a) {
    return pack(Halves.abs(lowHalf(a)), Halves.abs(highHalf(a)));
  }

  public static int min(int a, int b, HalfPrecision p) {
    return pack(Halves.min(lowHalf(a), lowHalf(b), p), Halves.min(highHalf(a), highHalf(b), p));
  }

  public static int max(int a, int b, HalfPrecision p) {
    return pack(Halves.max(lowHalf(a), lowHalf(b), p), Halves.max(highHalf(a), highHalf(b), p));
  }
}
