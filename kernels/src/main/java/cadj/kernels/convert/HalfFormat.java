package cadj.kernels.convert;

import cadj.kernels.device.DType;
import java.lang.foreign.MemorySegment;

/// What sets the two half-precision formats apart.
///
/// A positive finite pattern is exponent·2^fractionBits + fraction; its value, with bias
/// 2^(exponentBits−1) − 1, is (1 + fraction/2^fractionBits)·2^(exponent−bias), or
/// fraction·2^(1−bias−fractionBits) where the exponent is 0.
enum HalfFormat {
  F16(5, 10),
  BF16(8, 7);

  final int exponentBits;
  final int fractionBits;

  HalfFormat(int exponentBits, int fractionBits) {
    this.exponentBits = exponentBits;
    this.fractionBits = fractionBits;
  }

  int bias() {
    return (1 << (exponentBits - 1)) - 1;
  }

  /// The pattern of +infinity; greater positive patterns are NaN.
  int infinity() {
    return ((1 << exponentBits) - 1) << fractionBits;
  }

  static HalfFormat of(DType dtype) {
    return switch (dtype) {
      case F16 -> F16;
      case BF16 -> BF16;
      case F64, F32, I64, I32, I16, I8, U8, BOOL ->
          throw new IllegalArgumentException("convert: expected F16 or BF16, got " + dtype);
    };
  }

  static void requireBytes(MemorySegment halves, int elements) {
    if (halves.byteSize() != 2L * elements) {
      throw new IllegalArgumentException(
          "convert: %d elements need %d bytes, got %d"
              .formatted(elements, 2L * elements, halves.byteSize()));
    }
  }
}
