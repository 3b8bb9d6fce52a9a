package cadj.kernels.emulator.arithmetic;

import static cadj.kernels.emulator.arithmetic.Ints.highHalf;
import static cadj.kernels.emulator.arithmetic.Ints.lowHalf;
import static cadj.kernels.emulator.arithmetic.Ints.pack;

/// `bf16x2`: what [BrainHalves] does, to both halves of a word.
public final class BrainHalfPairs {
  private BrainHalfPairs() {}

  public static int add(int a, int b) {
    return pack(BrainHalves.add(lowHalf(a), lowHalf(b)), BrainHalves.add(highHalf(a), highHalf(b)));
  }

  public static int sub(int a, int b) {
    return pack(BrainHalves.sub(lowHalf(a), lowHalf(b)), BrainHalves.sub(highHalf(a), highHalf(b)));
  }

  public static int mul(int a, int b) {
    return pack(BrainHalves.mul(lowHalf(a), lowHalf(b)), BrainHalves.mul(highHalf(a), highHalf(b)));
  }

  public static int fma(int a, int b, int c) {
    return pack(
        BrainHalves.fma(lowHalf(a), lowHalf(b), lowHalf(c)),
        BrainHalves.fma(highHalf(a), highHalf(b), highHalf(c)));
  }

  public static int neg(int a) {
    return pack(BrainHalves.neg(lowHalf(a)), BrainHalves.neg(highHalf(a)));
  }

  public static int abs(int a) {
    return pack(BrainHalves.abs(lowHalf(a)), BrainHalves.abs(highHalf(a)));
  }

  public static int min(int a, int b) {
    return pack(BrainHalves.min(lowHalf(a), lowHalf(b)), BrainHalves.min(highHalf(a), highHalf(b)));
  }

  public static int max(int a, int b) {
    return pack(BrainHalves.max(lowHalf(a), lowHalf(b)), BrainHalves.max(highHalf(a), highHalf(b)));
  }
}
