package cadj.tensor.shape;

import static cadj.tensor.shape.Require.require;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Where a tensor's elements lie: element (i₀, i₁, …) at `offset + Σ iₖ·stride(k)` of its storage.
///
/// Views are new layouts on old memory. A layout is *dense* if its elements fill one run of memory
/// without gaps, in any order of dimensions; *contiguous* if moreover in row-major order;
/// *channels-last* if dimension 1 is innermost and the others in order. Strides of dimensions of
/// size 1 mean nothing and are ignored by all three.
public final class Layout {
  private final Shape shape;
  private final int[] strides;
  private final int offset;

  private Layout(Shape shape, int[] strides, int offset) {
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
  }

  /// Row-major.
  public static Layout contiguous(Shape shape) {
    return new Layout(shape, shape.contiguousStrides(), 0);
  }

  /// Dimension 1 innermost, as convolutions want it: [N,C,H,W] stored as N,H,W,C.
  public static Layout channelsLast(Shape shape) {
    int rank = shape.rank();
    require(rank >= 2, "channels-last needs at least 2 dimensions, got %s", shape);
    int[] order = new int[rank];
    for (int i = 1; i < rank - 1; i++) {
      order[i] = i + 1;
    }
    order[rank - 1] = 1;
    return ordered(shape, order);
  }

  /// Dense, with dimensions laid out in `order`, outermost first.
  private static Layout ordered(Shape shape, int[] order) {
    int[] strides = new int[shape.rank()];
    int step = 1;
    for (int i = order.length - 1; i >= 0; i--) {
      strides[order[i]] = step;
      step *= Math.max(1, shape.dim(order[i]));
    }
    return new Layout(shape, strides, 0);
  }

  /// This layout, which must be contiguous, and `count` − 1 more of it behind, as one of a further
  /// dimension in front.
  public Layout repeated(int count) {
    require(isContiguous(), "repeated: expected a contiguous layout, got %s", this);
    int[] dims = new int[shape.rank() + 1];
    dims[0] = count;
    System.arraycopy(shape.toArray(), 0, dims, 1, shape.rank());
    Shape all = Shape.of(dims);
    return new Layout(all, all.contiguousStrides(), offset);
  }

  /// Elements of memory from the first to the last.
  public int reach() {
    if (shape.elements() == 0) {
      return 0;
    }
    int last = 0;
    for (int d = 0; d < strides.length; d++) {
      last += (shape.dim(d) - 1) * strides[d];
    }
    return last + 1;
  }

  /// A dense layout of `shape` whose dimensions lie in the same order as this one's, from offset 0.
  public Layout denseLike() {
    int[] order =
        IntStream.range(0, shape.rank())
            .boxed()
            .sorted(Comparator.comparingInt(d -> -strides[d]))
            .mapToInt(Integer::intValue)
            .toArray();
    return ordered(shape, order);
  }

  public Shape shape() {
    return shape;
  }

  public int offset() {
    return offset;
  }

  public int stride(int dim) {
    return strides[shape.axis(dim)];
  }

  public int[] strides() {
    return strides.clone();
  }

  public boolean isContiguous() {
    return sameOrder(contiguous(shape));
  }

  public boolean isDense() {
    return sameOrder(denseLike());
  }

  public boolean isChannelsLast() {
    return shape.rank() >= 2 && sameOrder(channelsLast(shape));
  }

  /// Whether both place equal indices at equal distances: same shape and strides.
  public boolean sameOrder(Layout other) {
    if (!shape.equals(other.shape)) {
      return false;
    }
    for (int d = 0; d < strides.length; d++) {
      if (shape.dim(d) > 1 && strides[d] != other.strides[d]) {
        return shape.elements() == 0;
      }
    }
    return true;
  }

  /// Dimension i of the result is dimension `order[i]` of this.
  public Layout permute(int... order) {
    require(
        order.length == shape.rank()
            && IntStream.of(order).map(shape::axis).distinct().count() == order.length,
        "permute: %s is no order of the dimensions of %s",
        Arrays.toString(order),
        shape);
    int[] dims = new int[order.length];
    int[] steps = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      dims[i] = shape.dim(order[i]);
      steps[i] = strides[shape.axis(order[i])];
    }
    return new Layout(Shape.of(dims), steps, offset);
  }

  /// Elements `from` (inclusive) to `to` (exclusive) of dimension `dim`.
  public Layout slice(int dim, int from, int to) {
    int axis = shape.axis(dim);
    require(
        0 <= from && from <= to && to <= shape.dim(axis),
        "slice: %d to %d is out of range for dimension %d of %s",
        from,
        to,
        dim,
        shape);
    Shape kept = shape.with(axis, to - from);
    // Nothing is left to point at where the slice is empty, and the place may lie past the end.
    return new Layout(kept, strides, kept.elements() == 0 ? 0 : offset + from * strides[axis]);
  }

  /// The same memory seen as `target`, to which this must broadcast; repeated dimensions get stride
  /// 0.
  public Layout expand(Shape target) {
    require(
        target.rank() >= shape.rank() && Shape.broadcast(shape, target, "expand").equals(target),
        "expand: %s does not broadcast to %s",
        shape,
        target);
    int[] steps = new int[target.rank()];
    for (int i = 1; i <= shape.rank(); i++) {
      steps[target.rank() - i] = shape.dim(-i) == 1 ? 0 : strides[shape.rank() - i];
    }
    return new Layout(target, steps, offset);
  }

  /// A contiguous layout seen with another shape of as many elements.
  public Layout reshape(Shape target) {
    require(isContiguous(), "reshape: layout of %s is not contiguous", shape);
    require(target.elements() == shape.elements(), "reshape: %s cannot become %s", shape, target);
    return new Layout(target, target.contiguousStrides(), offset);
  }

  /// JsonPath of the element at `index`, one number per dimension.
  public int at(int... index) {
    require(
        index.length == shape.rank(), "index %s does not fit %s", Arrays.toString(index), shape);
    int place = offset;
    for (int d = 0; d < index.length; d++) {
      require(
          index[d] >= 0 && index[d] < shape.dim(d),
          "index %s is outside %s",
          Arrays.toString(index),
          shape);
      place += index[d] * strides[d];
    }
    return place;
  }

  @Override
  public String toString() {
    return shape + " strides " + Arrays.toString(strides) + " offset " + offset;
  }
}
