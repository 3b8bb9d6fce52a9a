package cadj.tensor.torch;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.torch.PickleValue.Sequence;
import cadj.tensor.torch.PickleValue.Whole;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// A tensor as a pickle describes it: a view of a storage. Element (i, j, …) is element `offset +
/// i·strides[0] + j·strides[1] + …` of the storage.
///
/// @param sizes tuple of integers, as are the strides; checked by [#check]
record TensorRef(StorageRef storage, long offset, Sequence sizes, Sequence strides)
    implements PickleValue {
  /// Requires that the view lies within its storage, and has no more elements than that.
  void check(Path file, String name) {
    int rank = sizes.items().size();
    if (rank > Checkpoint.MOST_DIMENSIONS || rank != strides.items().size()) {
      throw new FileFormatException(
          file,
          name,
          "at most %d dimensions, as many sizes as strides".formatted(Checkpoint.MOST_DIMENSIONS),
          "%d sizes, %d strides".formatted(rank, strides.items().size()));
    }
    long elements = 1;
    long last = offset;
    boolean empty = false;
    try {
      for (int i = 0; i < rank; i++) {
        long size = number(file, name, sizes, i);
        long stride = number(file, name, strides, i);
        empty |= size == 0;
        elements = Math.multiplyExact(elements, Math.max(1, size));
        last = Math.addExact(last, Math.multiplyExact(Math.max(1, size) - 1, stride));
      }
    } catch (ArithmeticException e) {
      throw new FileFormatException(file, name, "fewer than 2^63 elements", "shape " + dims(), e);
    }
    long most = storage.elements();
    if (offset < 0 || (empty ? offset > most : last >= most)) {
      throw new FileFormatException(
          file,
          name,
          "a view within its storage of %d elements".formatted(most),
          "shape %s, strides %s from element %d".formatted(dims(), numbers(strides), offset));
    }
    if (!empty && elements > most) {
      throw new FileFormatException(
          file,
          name,
          "at most the %d elements of its storage".formatted(most),
          "an expanded view of shape %s, strides %s".formatted(dims(), numbers(strides)));
    }
  }

  private static long number(Path file, String name, Sequence numbers, int i) {
    if (numbers.items().get(i) instanceof Whole(long value) && value >= 0) {
      return value;
    }
    throw new FileFormatException(
        file, name, "sizes and strides ≥ 0", numbers.items().get(i).what() + " that is none");
  }

  List<Long> dims() {
    return numbers(sizes);
  }

  private static List<Long> numbers(Sequence numbers) {
    return numbers.items().stream()
        .map(n -> n instanceof Whole(long value) ? (Long) value : 0L)
        .toList();
  }

  /// Whether the elements lie in the tensor's order without gaps.
  boolean isContiguous() {
    long stride = 1;
    List<Long> dims = dims();
    List<Long> steps = numbers(strides);
    for (int i = dims.size() - 1; i >= 0; i--) {
      if (dims.get(i) != 1 && steps.get(i) != stride) {
        return false;
      }
      stride *= dims.get(i);
    }
    return true;
  }

  /// Where a contiguous view begins in the bytes of the whole storage.
  long begin() {
    return (storage.from() + offset) * storage.dtype().bytes();
  }

  /// Copies the elements in the tensor's order.
  ///
  /// @param from the bytes of the whole storage
  void gather(MemorySegment to, MemorySegment from) {
    long[] dims = dims().stream().mapToLong(Long::longValue).toArray();
    long[] steps = numbers(strides).stream().mapToLong(Long::longValue).toArray();
    long[] index = new long[dims.length];
    int bytes = storage.dtype().bytes();
    long at = begin();
    for (long done = 0; done < to.byteSize(); done += bytes) {
      MemorySegment.copy(from, at, to, done, bytes);
      for (int d = dims.length - 1; d >= 0; d--) {
        at += steps[d] * bytes;
        if (++index[d] < dims[d]) {
          break;
        }
        at -= steps[d] * dims[d] * bytes;
        index[d] = 0;
      }
    }
  }

  @Override
  public String what() {
    return "a tensor";
  }
}
