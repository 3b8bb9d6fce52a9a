package cadj.kernels.emulator.arithmetic;

/// Single-precision functions that PTX calls approximate (`.approx`, `.full`): exact values that
/// are off by as much as the PTX manual allows, or less.
///
/// How much is drawn from operand and seed, so that a kernel gives the same bits at each run, and
/// others with another seed. With seed 0 nothing is off but for the last rounding. Limits and NaN
/// are as in the manual's tables.
public final class Approximate {
  /// What rounding to single precision adds to a relative error.
  private static final double ROUNDING = 0x1p-24;

  private static final double RCP = 0x1p-23;
  private static final double SQRT = 0x1p-23;
  private static final double RSQRT = Math.pow(2, -22.9);
  private static final double EX2 = 0x1p-22;
  private static final double LG2 = 0x1p-22;
  private static final double TANH = 0x1p-11;

  /// Two units in the last place.
  private static final double DIV = 0x1p-22;

  private static final double SINE_NEAR = Math.pow(2, -20.5);
  private static final double SINE_FAR = Math.pow(2, -14.7);

  private Approximate() {}

  public static float rcp(float a, int seed) {
    return relative(1.0 / a, RCP, a, seed);
  }

  public static float sqrt(float a, int seed) {
    return relative(Math.sqrt(a), SQRT, a, seed);
  }

  public static float rsqrt(float a, int seed) {
    return relative(1 / Math.sqrt(a), RSQRT, a, seed);
  }

  public static float ex2(float a, int seed) {
    return a == 0 ? 1 : relative(Powers.ofTwo(a), EX2, a, seed);
  }

  public static float lg2(float a, int seed) {
    double exact = Math.log(a) / Powers.LN_2;
    return a > 0.5 && a < 2 ? absolute(exact, LG2, a, seed) : relative(exact, LG2, a, seed);
  }

  public static float sin(float a, int seed) {
    return a == 0 ? a : absolute(Math.sin(a), sineError(a), a, seed);
  }

  public static float cos(float a, int seed) {
    return a == 0 ? 1 : absolute(Math.cos(a), sineError(a), a, seed);
  }

  private static double sineError(float a) {
    return Math.abs(a) <= 2 * Math.PI ? SINE_NEAR : SINE_FAR;
  }

  public static float tanh(float a, int seed) {
    return Math.clamp(relative(Math.tanh(a), TANH, a, seed), -1f, 1f);
  }

  public static float div(float a, float b, int seed) {
    return relative((double) a / b, DIV, b, seed == 0 ? 0 : seed ^ Float.floatToRawIntBits(a));
  }

  private static float relative(double exact, double most, float operand, int seed) {
    return (float) (exact * (1 + (most - ROUNDING) * off(operand, seed)));
  }

  private static float absolute(double exact, double most, float operand, int seed) {
    double rounding = Math.abs(exact) * ROUNDING;
    return (float) (exact + Math.max(0, most - rounding) * off(operand, seed));
  }

  /// From −1 to 1; 0 for seed 0.
  private static double off(float operand, int seed) {
    if (seed == 0) {
      return 0;
    }
    int mixed = (Float.floatToRawIntBits(operand) ^ seed) * 0x9e3779b9;
    mixed = (mixed ^ mixed >>> 15) * 0x85ebca6b;
    return (mixed ^ mixed >>> 13) * 0x1p-31;
  }
}
