package cadj.cad.cli;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;
import java.nio.file.Files;
import java.nio.file.Path;

/// `FILE[:KEY]`: start noise from a tensor of a safetensors file.
final class LatentsFile {
  private LatentsFile() {}

  /// The height and width of the named tensor in those of a model, if it is of that kind; else the
  /// model's: whoever reads the values will refuse them.
  static Shape shape(String argument, Shape model) {
    Shape given = read(argument).shape();
    return given.rank() == 4 ? model.with(2, given.dim(2)).with(3, given.dim(3)) : model;
  }

  /// The named tensor, or the only one of the file, in single precision.
  static Tensor read(String argument) {
    int colon = argument.lastIndexOf(':');
    boolean whole = colon < 0 || Files.exists(Path.of(argument));
    Path path = Path.of(whole ? argument : argument.substring(0, colon));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      if (!whole) {
        return floats(file, argument.substring(colon + 1));
      }
      if (file.names().size() != 1) {
        throw new FileFormatException(
            path,
            "",
            "one tensor, or its name after a colon (%s:KEY)".formatted(path),
            file.names().size() + " tensors");
      }
      return floats(file, file.names().iterator().next());
    }
  }

  private static Tensor floats(SafetensorsFile file, String key) {
    if (!file.dtype(key).isFloat()) {
      throw new FileFormatException(
          file.path(), key, "floating-point numbers", file.dtype(key).toString());
    }
    if (file.shape(key).elements() == 0) {
      throw new FileFormatException(file.path(), key, "some numbers", file.shape(key).toString());
    }
    return file.tensor(key).to(DType.F32);
  }
}
