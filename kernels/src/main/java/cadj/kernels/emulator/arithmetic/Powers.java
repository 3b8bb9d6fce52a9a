package cadj.kernels.emulator.arithmetic;

/// 2ˣ in double precision, for results of single precision.
final class Powers {
  static final double LN_2 = 0.6931471805599453;

  private static final int TERMS = 14;
  private static final double[] TAYLOR = new double[TERMS];

  static {
    TAYLOR[0] = 1;
    for (int k = 1; k < TERMS; k++) {
      TAYLOR[k] = TAYLOR[k - 1] * LN_2 / k;
    }
  }

  private Powers() {}

  /// Exact to the last bits of a double; beyond ±1000, infinite or 0.
  static double ofTwo(double x) {
    if (!(Math.abs(x) < 1000)) {
      return x > 0 ? Double.POSITIVE_INFINITY : x < 0 ? 0 : x;
    }
    double whole = Math.rint(x);
    double rest = x - whole;
    double power = TAYLOR[TERMS - 1];
    for (int k = TERMS - 2; k >= 0; k--) {
      power = power * rest + TAYLOR[k];
    }
    return power * Double.longBitsToDouble(((long) whole + 1023) << 52);
  }
}
