package cadj.kernels.emulator.arithmetic;

import static cadj.kernels.emulator.arithmetic.Ints.highHalf;
import static cadj.kernels.emulator.arithmetic.Ints.lowHalf;
import static cadj.kernels.emulator.arithmetic.Ints.pack;

/// `f16x2`: what [Halves] does, to both halves of a word.
public final class HalfPairs {
  private HalfPairs() {}

  public static int add(int a, int b) {
    return pack(Halves.add(lowHalf(a), lowHalf(b)), Halves.add(highHalf(a), highHalf(b)));
  }

  public static int sub(int a, int b) {
    return pack(Halves.sub(lowHalf(a), lowHalf(b)), Halves.sub(highHalf(a), highHalf(b)));
  }

  public static int mul(int a, int b) {
    return pack(Halves.mul(lowHalf(a), lowHalf(b)), Halves.mul(highHalf(a), highHalf(b)));
  }

  public static int fma(int a, int b, int c) {
    return pack(
        Halves.fma(lowHalf(a), lowHalf(b), lowHalf(c)),
        Halves.fma(highHalf(a), highHalf(b), highHalf(c)));
  }

  public static int neg(int a) {
    return pack(Halves.neg(lowHalf(a)), Halves.neg(highHalf(a)));
  }

  public static int abs(int a) {
    return pack(Halves.abs(lowHalf(a)), Halves.abs(highHalf(a)));
  }

  public static int min(int a, int b) {
    return pack(Halves.min(lowHalf(a), lowHalf(b)), Halves.min(highHalf(a), highHalf(b)));
  }

  public static int max(int a, int b) {
    return pack(Halves.max(lowHalf(a), lowHalf(b)), Halves.max(highHalf(a), highHalf(b)));
  }
}
