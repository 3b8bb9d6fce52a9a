package cadj.kernels.unary;

/// Functions of one number, defined in double precision by [#value] and [#slope].
public enum Unary {
  NEG,
  EXP,
  LOG,
  SQRT,
  SQUARE,
  SIN,
  COS,
  SIGMOID,
  /// x·sigmoid(x)
  SILU,
  /// x·Φ(x), exact (erf)
  GELU,
  /// ½x·(1 + tanh u) = x·sigmoid(2u), u = √(2/π)·(x + 0.044715·x³)
  GELU_TANH,
  /// x·sigmoid(1.702·x)
  QUICK_GELU,
  RELU;

  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715;

  /// f(x)
  public double value(double x) {
    return switch (this) {
      case NEG -> -x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case SQUARE -> x * x;
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SILU -> x / (1 + Math.exp(-x));
      case GELU -> 0.5 * x * Erf.erfc(-x * Math.sqrt(0.5));
      case GELU_TANH -> x / (1 + Math.exp(-logit(x)));
      case QUICK_GELU -> x / (1 + Math.exp(-1.702 * x));
      case RELU -> x > 0 || Double.isNaN(x) ? x : 0;
    };
  }

  /// f′(x)
  public double slope(double x) {
    return switch (this) {
      case NEG -> -1;
      case EXP -> Math.exp(x);
      case LOG -> 1 / x;
      case SQRT -> 0.5 / Math.sqrt(x);
      case SQUARE -> 2 * x;
      case SIN -> Math.cos(x);
      case COS -> -Math.sin(x);
      case SIGMOID -> SIGMOID.value(x) * SIGMOID.value(-x);
      case SILU -> SIGMOID.value(x) * (1 + x * SIGMOID.value(-x));
      case GELU ->
          0.5 * Erf.erfc(-x * Math.sqrt(0.5)) + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> {
        double slope = 2 * ROOT * (1 + 3 * CUBIC * x * x);
        yield SIGMOID.value(logit(x)) * (1 + x * SIGMOID.value(-logit(x)) * slope);
      }
      case QUICK_GELU -> SIGMOID.value(1.702 * x) * (1 + 1.702 * x * SIGMOID.value(-1.702 * x));
      case RELU -> x > 0 ? 1 : 0;
    };
  }

  /// 2u = 2√(2/π)·(x + 0.044715·x³), of [#GELU_TANH].
  private static double logit(double x) {
    return 2 * ROOT * (x + CUBIC * x * x * x);
  }
}
