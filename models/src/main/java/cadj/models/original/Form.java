package cadj.models.original;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;

/// How a tensor of a diffusers folder lies in a file of the original layout.
enum Form {
  SAME,
  /// [C,C], in the file as a convolution [C,C,1,1]; some files have [C,C] too
  POINTWISE,
  /// the first third of the rows of OpenCLIP's `in_proj`, or of Stable Diffusion 3's `qkv`
  QUERY,
  /// the second third
  KEY,
  /// the last third
  VALUE,
  /// x·P in the file, x·Wᵀ in the folder
  TRANSPOSED,
  /// the second half of the rows before the first
  SWAPPED;

  /// The forms that together make one tensor of the file, in its order.
  static final List<Form> STACKED = List.of(QUERY, KEY, VALUE);

  /// Sizes in the folder of a tensor with these in the file, or those of the file if it has not
  /// this form.
  List<Long> dims(List<Long> inFile) {
    return switch (this) {
      case SAME, SWAPPED -> inFile;
      case POINTWISE ->
          inFile.size() == 4 && inFile.get(2) == 1 && inFile.get(3) == 1
              ? inFile.subList(0, 2)
              : inFile;
      case QUERY, KEY, VALUE -> {
        if (inFile.isEmpty() || inFile.getFirst() % STACKED.size() != 0) {
          yield inFile;
        }
        List<Long> rows = new ArrayList<>(inFile);
        rows.set(0, inFile.getFirst() / STACKED.size());
        yield List.copyOf(rows);
      }
      case TRANSPOSED -> inFile.size() == 2 ? inFile.reversed() : inFile;
    };
  }

  /// The folder's tensor, a copy of its own where it is not all of the file's.
  Tensor ofFile(Tensor inFile) {
    return switch (this) {
      case SAME -> inFile;
      case POINTWISE -> inFile.rank() == 4 ? inFile.reshape(inFile.dim(0), inFile.dim(1)) : inFile;
      case QUERY, KEY, VALUE -> {
        int rows = inFile.dim(0) / STACKED.size();
        int from = STACKED.indexOf(this) * rows;
        yield copy(inFile.slice(0, from, from + rows));
      }
      case TRANSPOSED -> copy(inFile.permute(1, 0));
      case SWAPPED -> swapped(inFile);
    };
  }

  /// Sizes in the file of a tensor with these in the folder: the way back of [#dims].
  List<Long> dimsInFile(List<Long> inFolder) {
    return switch (this) {
      case SAME, SWAPPED -> inFolder;
      case POINTWISE -> List.of(inFolder.get(0), inFolder.get(1), 1L, 1L);
      case QUERY, KEY, VALUE -> {
        List<Long> rows = new ArrayList<>(inFolder);
        rows.set(0, inFolder.getFirst() * STACKED.size());
        yield List.copyOf(rows);
      }
      case TRANSPOSED -> inFolder.reversed();
    };
  }

  /// The file's tensor, of one that is all of it.
  Tensor inFile(Tensor inFolder) {
    return switch (this) {
      case POINTWISE -> inFolder.reshape(inFolder.dim(0), inFolder.dim(1), 1, 1);
      case TRANSPOSED -> copy(inFolder.permute(1, 0));
      case SWAPPED -> swapped(inFolder);
      case SAME, QUERY, KEY, VALUE -> inFolder;
    };
  }

  /// The way there and back.
  private static Tensor swapped(Tensor halves) {
    int rows = halves.dim(0);
    return Scope.outside(
        () -> {
          Tensor out = Tensor.empty(halves.dtype(), halves.shape());
          out.slice(0, 0, rows / 2).copyFrom(halves.slice(0, rows - rows / 2, rows));
          out.slice(0, rows / 2, rows).copyFrom(halves.slice(0, 0, rows - rows / 2));
          return out;
        });
  }

  /// Row-major, and of no scope.
  private static Tensor copy(Tensor view) {
    return Scope.outside(
        () -> {
          Tensor out = Tensor.empty(view.dtype(), view.shape());
          out.copyFrom(view);
          return out;
        });
  }
}
