package cadj.cad.ptx;

import cadj.kernels.device.DType;
import cadj.kernels.ptxfile.Argument;
import cadj.kernels.ptxfile.ElementType;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// Arrays of kernels in safetensors files.
public final class StoredArray {
  private StoredArray() {}

  /// Tensor `key` of `file`, whose type must have the bits of `type`.
  ///
  /// @param option for messages
  static Argument.Array read(String option, ElementType type, int length, String file, String key) {
    try (SafetensorsFile stored = SafetensorsFile.open(Path.of(file))) {
      DType found = stored.dtype(key);
      MemorySegment raw = stored.raw(key);
      long elements = raw.byteSize() / found.bytes();
      if (found.bytes() != type.bytes()
          || found.isFloat() != type.isFloat()
          || elements != length) {
        throw new IllegalArgumentException(
            "--arg %s: expected %s[%d], found %s with %d elements in %s"
                .formatted(option, type.text(), length, found, elements, file));
      }
      return new Argument.Array(type, length, raw.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  /// Adds `array` to a file to be written: unsigned integers as signed ones with room for all their
  /// values, those of 64 bits by their bits.
  public static void add(SafetensorsWriter writer, String key, Argument.Array array) {
    ElementType type = array.type();
    if (type == ElementType.F64) {
      double[] values = new double[array.length()];
      for (int i = 0; i < values.length; i++) {
        values[i] = type.value(array.bits(i));
      }
      writer.add(key, Tensor.of(values, values.length));
    } else if (type.isFloat()) {
      float[] values = new float[array.length()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) type.value(array.bits(i));
      }
      writer.add(key, type.stored(), Tensor.of(values, values.length));
    } else {
      long[] values = new long[array.length()];
      for (int i = 0; i < values.length; i++) {
        values[i] = type.integer(array.bits(i));
      }
      writer.add(key, type.stored(), Tensor.of(values, values.length));
    }
  }
}
