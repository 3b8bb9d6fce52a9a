package cadj.models.convert;

import cadj.kernels.device.DType;
import java.util.Locale;

/// The element type that weights are written in.
public enum StoredAs {
  /// each tensor's own
  AS_IS,
  F32,
  F16,
  BF16;

  /// The type of a tensor that was stored as `before`: integers stay what they are.
  DType of(DType before) {
    return switch (this) {
      case AS_IS -> before;
      case F32 -> before.isFloat() ? DType.F32 : before;
      case F16 -> before.isFloat() ? DType.F16 : before;
      case BF16 -> before.isFloat() ? DType.BF16 : before;
    };
  }

  /// As PyTorch calls it, in configurations; empty for [#AS_IS].
  String torchName() {
    return switch (this) {
      case AS_IS -> "";
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
    };
  }

  /// As on the command line.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
