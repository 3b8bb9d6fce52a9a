package cadj.kernels.convert;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

final class ConvertReference implements ConvertKernel {
  static final ValueLayout.OfShort HALF = JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  @Override
  public void widen(Buffer y, MemorySegment halves, DType half) {
    HalfFormat format = HalfFormat.of(half);
    HalfFormat.requireBytes(halves, y.length());
    for (int i = 0; i < y.length(); i++) {
      y.set(i, value(format, halves.get(HALF, 2L * i)));
    }
  }

  @Override
  public void narrow(MemorySegment halves, DType half, Buffer x) {
    HalfFormat format = HalfFormat.of(half);
    HalfFormat.requireBytes(halves, x.length());
    for (int i = 0; i < x.length(); i++) {
      halves.set(HALF, 2L * i, bits(format, x.get(i)));
    }
  }

  private static double value(HalfFormat format, short bits) {
    double sign = bits < 0 ? -1 : 1;
    int pattern = bits & 0x7fff;
    if (pattern >= format.infinity()) {
      return pattern == format.infinity() ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    int exponent = pattern >> format.fractionBits;
    int fraction = pattern - (exponent << format.fractionBits);
    int implicit = exponent == 0 ? 0 : 1 << format.fractionBits;
    int power = Math.max(exponent, 1) - format.bias() - format.fractionBits;
    return sign * Math.scalb((double) (implicit + fraction), power);
  }

  /// Counts `x` in units of the last place it may have: `rint` breaks ties to even. The count, with
  /// the implicit bit in it, added to the exponent field gives the pattern, carries included.
  private static short bits(HalfFormat format, double x) {
    int sign = Double.doubleToRawLongBits(x) < 0 ? 0x8000 : 0;
    if (Double.isNaN(x)) {
      return (short) (sign | format.infinity() | 1 << (format.fractionBits - 1));
    }
    double size = Math.abs(x);
    if (Double.isInfinite(size)) {
      return (short) (sign | format.infinity());
    }
    int power = Math.max(Math.getExponent(size), 1 - format.bias());
    long count = (long) Math.rint(Math.scalb(size, format.fractionBits - power));
    long field = (long) (power + format.bias() - 1) << format.fractionBits;
    return (short) (sign | Math.min(field + count, format.infinity()));
  }
}
