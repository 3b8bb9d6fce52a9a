package cadj.tensor.shape;

import static cadj.tensor.shape.Require.require;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The sizes of a tensor's dimensions, outermost first. Prints as `[2,3,64,64]`; a scalar is `[]`.
public final class Shape {
  public static final Shape SCALAR = new Shape();

  private final int[] dims;

  private Shape(int... dims) {
    this.dims = dims;
  }

  /// @throws IllegalArgumentException for a negative size or more than 2³¹−1 elements
  public static Shape of(int... dims) {
    long elements = 1;
    for (int d : dims) {
      elements *= d;
      if (d < 0 || elements > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape %s: %s"
                .formatted(
                    Arrays.toString(dims),
                    d < 0 ? "a size is negative" : "more than 2^31-1 elements"));
      }
    }
    return new Shape(dims.clone());
  }

  public int rank() {
    return dims.length;
  }

  /// Size of dimension `i`; a negative `i` counts from the end.
  public int dim(int i) {
    return dims[axis(i)];
  }

  /// Resolves a possibly negative dimension number.
  public int axis(int i) {
    require(
        i >= -dims.length && i < dims.length, "dimension %d is out of range for shape %s", i, this);
    return i < 0 ? i + dims.length : i;
  }

  /// Number of elements; 1 for a scalar.
  public int elements() {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    return n;
  }

  public int[] toArray() {
    return dims.clone();
  }

  /// This shape with dimension `i` set to `size`.
  public Shape with(int i, int size) {
    int[] out = dims.clone();
    out[axis(i)] = size;
    return of(out);
  }

  /// `dims`, where one -1 stands for as many as are left of this one's elements.
  public Shape inferred(int... dims) {
    int known = 1;
    int unknown = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1) {
        require(unknown < 0, "reshape: more than one -1 in %s", Arrays.toString(dims));
        unknown = i;
      } else {
        known *= dims[i];
      }
    }
    if (unknown < 0) {
      return of(dims);
    }
    require(
        known > 0 && elements() % known == 0,
        "reshape: %s does not divide by %d for the -1",
        this,
        known);
    int[] out = dims.clone();
    out[unknown] = elements() / known;
    return of(out);
  }

  /// Product of the sizes of dimensions `from` (inclusive) to `to` (exclusive).
  public int product(int from, int to) {
    int n = 1;
    for (int i = from; i < to; i++) {
      n *= dims[i];
    }
    return n;
  }

  /// Row-major strides, in elements.
  public int[] contiguousStrides() {
    int[] strides = new int[dims.length];
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= Math.max(1, dims[i]);
    }
    return strides;
  }

  /// @return this, if it has `rank` dimensions
  /// @throws IllegalArgumentException naming `what` otherwise
  public Shape requireRank(int rank, String what) {
    require(dims.length == rank, "%s must have %d dimensions, got %s", what, rank, this);
    return this;
  }

  /// The shape both broadcast to, by NumPy's rule: aligned at the end, sizes equal or 1.
  ///
  /// @throws IllegalArgumentException naming `what` if they do not
  public static Shape broadcast(Shape a, Shape b, String what) {
    int rank = Math.max(a.rank(), b.rank());
    int[] out = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dim(-i) : 1;
      int y = i <= b.rank() ? b.dim(-i) : 1;
      require(x == y || x == 1 || y == 1, "%s: cannot broadcast %s with %s", what, a, b);
      out[rank - i] = x == 1 ? y : x;
    }
    return of(out);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.stream(dims).mapToObj(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}
