package cadj.models.convert;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import java.nio.file.Path;

/// Watches over weights that are about to be rounded to a narrower type: a number that would become
/// infinite is an error, and tensors with numbers that are not finite are counted.
final class Narrowing {
  private int notFinite;
  private String firstNotFinite = "";

  /// From this magnitude on, rounding to nearest gives infinity.
  private static double end(DType stored) {
    return switch (stored) {
      case F16 -> 65520;
      case BF16 -> 0x1.ffp127;
      case F32 -> 0x1.ffffffp127;
      case F64, I64, I32, I16, I8, U8, BOOL -> Double.POSITIVE_INFINITY;
    };
  }

  /// `tensor`, if all of its numbers have a place in `stored`.
  ///
  /// @throws FileFormatException naming `key`, if not
  Tensor check(Path file, String key, Tensor tensor, DType stored) {
    if (!stored.isFloat()) {
      return tensor;
    }
    double end = end(stored);
    Buffer values = tensor.cpu().contiguous().denseBuffer();
    boolean finite = true;
    for (int i = 0; i < values.length(); i++) {
      double magnitude = Math.abs(values.get(i));
      if (!(magnitude < end)) {
        if (Double.isFinite(magnitude)) {
          throw new FileFormatException(
              file,
              key,
              "numbers that %s can hold (take --dtype bf16 or f32)".formatted(stored),
              String.valueOf(values.get(i)));
        }
        finite = false;
      }
    }
    if (!finite && notFinite++ == 0) {
      firstNotFinite = key;
    }
    return tensor;
  }

  /// A line about numbers that are not finite, or an empty one.
  String note() {
    return notFinite == 0
        ? ""
        : "%d tensors hold numbers that are not finite, such as %s"
            .formatted(notFinite, firstNotFinite);
  }
}
