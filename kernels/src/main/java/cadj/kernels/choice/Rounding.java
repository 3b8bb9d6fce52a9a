package cadj.kernels.choice;

import cadj.kernels.device.F32;

/// How a library rounds factors before it multiplies them on tensor cores; their exponents have the
/// range of single precision, and NaN and infinities stay what they are.
enum Rounding {
  NONE(0),
  /// To 10 bits, halves away from zero (PTX's `cvt.rna.tf32`).
  TF32(13),
  /// To 7 bits, halves to even (`cvt.rn.bf16`).
  BF16(16);

  /// Bits left out.
  private final int bits;

  Rounding(int bits) {
    this.bits = bits;
  }

  /// Rounds all elements in place, and gives them back.
  F32 apply(F32 values) {
    if (this != NONE) {
      float[] array = values.array();
      for (int i = values.offset(); i < values.offset() + values.length(); i++) {
        array[i] = round(array[i]);
      }
    }
    return values;
  }

  private float round(float value) {
    if (!Float.isFinite(value)) {
      return value;
    }
    int raw = Float.floatToRawIntBits(value);
    int half = 1 << bits - 1;
    int up = this == TF32 ? half : half - 1 + (raw >> bits & 1);
    return Float.intBitsToFloat(raw + up & -(1 << bits));
  }
}
