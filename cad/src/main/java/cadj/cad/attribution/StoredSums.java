package cadj.cad.attribution;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;

/// Tensors of an attribution's files, read strictly: the right type and shape, and finite.
final class StoredSums {
  private StoredSums() {}

  static float[] floats(SafetensorsFile file, String name, Shape shape) {
    float[] values = tensor(file, name, DType.F32, shape).toFloats();
    for (float value : values) {
      requireFinite(file, name, value);
    }
    return values;
  }

  static double[] doubles(SafetensorsFile file, String name, Shape shape) {
    double[] values = tensor(file, name, DType.F64, shape).toDoubles();
    for (double value : values) {
      requireFinite(file, name, value);
    }
    return values;
  }

  /// However many there are.
  static double[] doubles(SafetensorsFile file, String name) {
    Shape shape = file.shape(name);
    return doubles(file, name, shape.rank() == 1 ? shape : Shape.of(shape.elements()));
  }

  /// @throws FileFormatException if the tensor is missing or of another type or shape
  private static Tensor tensor(SafetensorsFile file, String name, DType dtype, Shape shape) {
    if (file.dtype(name) != dtype || !file.shape(name).equals(shape)) {
      throw new FileFormatException(
          file.path(), name, dtype + " " + shape, file.dtype(name) + " " + file.shape(name));
    }
    return file.tensor(name);
  }

  private static void requireFinite(SafetensorsFile file, String name, double value) {
    if (!Double.isFinite(value)) {
      throw new FileFormatException(file.path(), name, "finite numbers", Double.toString(value));
    }
  }
}
