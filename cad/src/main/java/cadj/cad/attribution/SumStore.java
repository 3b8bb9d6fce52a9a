package cadj.cad.attribution;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.memory.BufferCache;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.SpillFile;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where sums lie between two additions: on the heap, or in a file if that is too small for them.
/// Numbers are the same bits in either.
public sealed interface SumStore {
  /// An array of numbers, all zero at first.
  ///
  /// @param <A> `float[]` or `double[]`
  interface Cell<A> {
    /// The numbers; changes to the array are kept by [#write] only.
    A read();

    void write(A values);

    /// Gives the place back.
    void release();
  }

  /// `values` on the heap.
  static Cell<float[]> held(float[] values) {
    return new Heap.Held<>(values);
  }

  Cell<float[]> floats(int length);

  Cell<double[]> doubles(int length);

  /// `values`, to be kept for later.
  Tensor keep(Tensor values);

  /// The one that [#spilling] bound, else the heap.
  static SumStore current() {
    return Bound.STORE.orElse(Heap.INSTANCE);
  }

  /// Runs `work`, whose sums lie in a temporary file in `folder`.
  static <T extends @Nullable Object> T spilling(Path folder, Supplier<T> work) {
    try (SpillFile file = SpillFile.in(folder)) {
      return ScopedValue.where(Bound.STORE, new Spilled(file)).call(work::get);
    }
  }

  /// Holder, so that the interface shows no constants.
  final class Bound {
    private static final ScopedValue<SumStore> STORE = ScopedValue.newInstance();

    private Bound() {}
  }

  /// Plain arrays.
  final class Heap implements SumStore {
    private static final Heap INSTANCE = new Heap();

    @Override
    public Cell<float[]> floats(int length) {
      return new Held<>(new float[length]);
    }

    @Override
    public Cell<double[]> doubles(int length) {
      return new Held<>(new double[length]);
    }

    @Override
    public Tensor keep(Tensor values) {
      return values;
    }

    private static final class Held<A> implements Cell<A> {
      private A values;

      Held(A values) {
        this.values = values;
      }

      @Override
      public A read() {
        return values;
      }

      @Override
      public void write(A values) {
        this.values = values;
      }

      @Override
      public void release() {}
    }
  }

  /// Arrays in a file, each with a place once it was written.
  final class Spilled implements SumStore {
    private final SpillFile file;

    /// Holds what is being read, and no more.
    private final BufferCache cache = new BufferCache(0);

    Spilled(SpillFile file) {
      this.file = file;
    }

    @Override
    public Cell<float[]> floats(int length) {
      return new InFile<>(
          () -> new float[length], (long) length * Float.BYTES, file::read, file::write);
    }

    @Override
    public Cell<double[]> doubles(int length) {
      return new InFile<>(
          () -> new double[length], (long) length * Double.BYTES, file::read, file::write);
    }

    @Override
    public Tensor keep(Tensor values) {
      Cell<float[]> cell = floats(values.elements());
      cell.write(values.toFloats());
      return tensor(cell, values);
    }

    /// The numbers of `cell`, read whenever they are used.
    Tensor tensor(Cell<float[]> cell, Tensor like) {
      Shape shape = like.shape(); // and not `like` itself, which must not stay in memory
      return Tensor.reread(DType.F32, shape, cache, () -> Tensor.of(cell.read(), shape.toArray()));
    }

    private interface Transfer<A> {
      void at(long place, A values);
    }

    private final class InFile<A> implements Cell<A> {
      private final Supplier<A> zeros;
      private final long bytes;
      private final Transfer<A> read;
      private final Transfer<A> write;
      private long place = -1;

      InFile(Supplier<A> zeros, long bytes, Transfer<A> read, Transfer<A> write) {
        this.zeros = zeros;
        this.bytes = bytes;
        this.read = read;
        this.write = write;
      }

      @Override
      public A read() {
        A values = BufferPool.shared().withRoom(zeros);
        if (place >= 0) {
          read.at(place, values);
        }
        return values;
      }

      @Override
      public void write(A values) {
        if (place < 0) {
          place = file.reserve(bytes);
        }
        write.at(place, values);
      }

      @Override
      public void release() {
        if (place >= 0) {
          file.release(place, bytes);
        }
        place = -1;
      }
    }
  }
}
