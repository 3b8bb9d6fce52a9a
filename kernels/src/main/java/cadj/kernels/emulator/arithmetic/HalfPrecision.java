package cadj.kernels.emulator.arithmetic;

/// The two formats of 16 bits; a value is the low bits of an int.
public enum HalfPrecision {
  /// IEEE's: 5 bits of exponent, 10 of fraction.
  F16 {
    @Override
    public float value(int bits) {
      return Float.float16ToFloat((short) bits);
    }

    @Override
    int round(double x, int direction) {
      return Rounding.toF16(x, direction);
    }
  },
  /// The upper half of a float: 8 bits of exponent, 7 of fraction.
  BF16 {
    @Override
    public float value(int bits) {
      return Float.intBitsToFloat(bits << 16);
    }

    @Override
    int round(double x, int direction) {
      return Rounding.toBf16(x, direction);
    }
  };

  public abstract float value(int bits);

  /// @param direction one of [Rounding]'s
  abstract int round(double x, int direction);

  int nearest(double x) {
    return round(x, Rounding.NEAREST_EVEN);
  }
}
