package cadj.tensor.checkpoint;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/// Tensors by name that lie in files, such as a model's weights. Nothing is read before [#tensor];
/// what is given is a copy, so it outlives the checkpoint.
///
/// A file format is one of these (`SafetensorsFile`, …), and so is a view of another checkpoint
/// that renames, adds or replaces tensors.
public interface Checkpoint extends AutoCloseable {
  /// More than this a tensor here cannot have.
  int MOST_DIMENSIONS = 64;

  /// What was opened, for messages.
  Path path();

  /// All names, in the order of the file.
  Set<String> names();

  default boolean contains(String name) {
    return names().contains(name);
  }

  /// Sizes as stored; a file may hold more elements than a tensor here can.
  ///
  /// @throws FileFormatException if there is no tensor of that name, as all methods by name do
  List<Long> dims(String name);

  /// @throws FileFormatException if a tensor cannot have this many elements or dimensions
  default Shape shape(String name) {
    List<Long> dims = dims(name);
    if (dims.size() > MOST_DIMENSIONS) {
      throw new FileFormatException(
          path(), name, "at most %d dimensions".formatted(MOST_DIMENSIONS), "" + dims.size());
    }
    int[] sizes = new int[dims.size()];
    long elements = 1;
    for (int i = 0; i < sizes.length; i++) {
      elements *= dims.get(i);
      if (dims.get(i) > Integer.MAX_VALUE || elements > Integer.MAX_VALUE) {
        throw new FileFormatException(path(), name, "at most 2^31-1 elements", "shape " + dims);
      }
      sizes[i] = dims.get(i).intValue();
    }
    return Shape.of(sizes);
  }

  /// The element type in the file; [#tensor] may widen it.
  DType dtype(String name);

  /// The element type that [#tensor] has.
  default DType tensorDtype(String name) {
    return StoredElements.widened(dtype(name));
  }

  /// A copy that belongs to no scope: F32 and F64 as they are, F16 and BF16 widened to F32,
  /// integers and booleans to I64.
  Tensor tensor(String name);

  /// Where the elements of a tensor lie one after the other in a file, if they do: not those of a
  /// view that computes them, nor compressed ones.
  default Optional<Extent> extent(String name) {
    return Optional.empty();
  }

  /// A place in a file.
  ///
  /// @param position of the first byte
  record Extent(Path file, long position) {}

  /// What the file says beside its tensors, as texts.
  default Map<String, String> metadata() {
    return Map.of();
  }

  /// The files that the values come from.
  SortedSet<Path> files();

  /// Gives the files back. May be called twice.
  @Override
  void close();
}
