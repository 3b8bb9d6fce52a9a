package cadj.autograd.graph;

import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a forward pass keeps for its backward pass, and which inputs want a gradient.
///
/// Without a tape nothing is kept. With one, kept values are pinned: they outlive their scope until
/// the tape has used them. Overwriting one in between (with [Tensor#copyFrom], or by an optimiser's
/// step) is found out and refused, since derivatives would be wrong.
public final class Saved {
  private final String op;
  private final boolean[] needs;
  private final Shape[] shapes;
  private final boolean keeping;
  private @Nullable Tensor[] tensors = {};
  private int[] versions = {};

  private Saved(String op, boolean[] needs, boolean keeping, Tensor... in) {
    this.op = op;
    this.needs = needs;
    this.shapes = Arrays.stream(in).map(Tensor::shape).toArray(Shape[]::new);
    this.keeping = keeping;
  }

  static Saved nothing(Tensor... in) {
    return new Saved("", new boolean[in.length], false, in);
  }

  static Saved with(String op, boolean[] needs, Tensor... in) {
    return new Saved(op, needs, true, in);
  }

  /// Keeps `values` for the backward pass and passes `result` through. A null stands for a value
  /// that no wanted gradient will read.
  public Tensor keep(Tensor result, @Nullable Tensor... values) {
    if (keeping) {
      tensors = values;
      versions = new int[values.length];
      for (int i = 0; i < values.length; i++) {
        Tensor value = values[i];
        if (value != null) {
          value.storage().pin();
          versions[i] = value.storage().version();
        }
      }
    }
    return result;
  }

  /// The `i`-th value kept.
  ///
  /// @throws IllegalStateException if it has been overwritten since
  public Tensor get(int i) {
    Tensor value = Objects.requireNonNull(tensors[i], "not kept");
    if (value.storage().version() != versions[i]) {
      throw new IllegalStateException(
          "%s: value %s kept for the backward pass has been overwritten"
              .formatted(op, value.shape()));
    }
    return value;
  }

  /// How many inputs there were, where some are optional.
  public int inputs() {
    return shapes.length;
  }

  /// Shape of input `i`, known without keeping it.
  public Shape shape(int i) {
    return shapes[i];
  }

  /// Whether input `i`'s gradient is wanted. False for all when nothing is recorded.
  public boolean needs(int i) {
    return needs[i];
  }

  /// Whether a backward pass may follow: what it alone reads need not be computed otherwise.
  public boolean keeping() {
    return keeping;
  }

  /// Of the values kept.
  long bytes() {
    long bytes = 0;
    for (Tensor value : tensors) {
      bytes += value == null ? 0 : (long) value.elements() * value.dtype().bytes();
    }
    return bytes;
  }

  void release() {
    for (Tensor value : tensors) {
      if (value != null) {
        value.storage().unpin();
      }
    }
  }
}
