package cadj.kernels.binary;

/// Functions of two numbers.
public enum Binary {
  ADD,
  SUB,
  MUL,
  DIV;

  public double value(double a, double b) {
    return switch (this) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
    };
  }
}
