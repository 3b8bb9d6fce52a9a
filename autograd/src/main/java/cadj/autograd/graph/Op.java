package cadj.autograd.graph;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.record.Kind;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.tensor.Tensor;
import cadj.tensor.memory.DryRun;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A differentiable operation: shape rule, value and derivative in one place.
///
/// Implemented by one record per file in `cadj.autograd.ops`, whose static factory calls [#apply].
/// Anyone may write one; the engine knows none by name.
public interface Op {
  /// The result's shape.
  ///
  /// @throws IllegalArgumentException saying operation, argument, expected and got
  Shape shape(Shape... in);

  /// Computes the value, and keeps in `saved` what [#backward] will read: `return saved.keep(y, x,
  /// …)`.
  Tensor forward(Saved saved, Tensor... in);

  /// The contribution of this use to each input's gradient, shaped like the input; the engine sums
  /// them.
  ///
  /// A contribution may be dy or a view of it, but no value kept: the sum may outlive those.
  ///
  /// May leave out (null) those for which [Saved#needs] is false, and only those.
  ///
  /// @param dy gradient of the result, of the result's shape, in any layout
  @Nullable Tensor[] backward(Saved saved, Tensor dy);

  /// Whether the result has a derivative by input `i`: false for ids and targets. Tracking a value
  /// into such an input is an error, not a silent zero.
  default boolean differentiable(int input) {
    return true;
  }

  /// Additions, multiplications and elementary functions of the definition, for who profiles a run:
  /// 0 where values are only moved. Matrix products, convolutions and attention count their
  /// multiplications and additions alone, as is usual, not biases and softmax.
  default long flops(Shape out, Shape... in) {
    return 0;
  }

  /// The same of [#backward].
  ///
  /// @param saved says which gradients are wanted
  default long backwardFlops(Saved saved, Shape out) {
    return 0;
  }

  /// Whether the result mostly lies in the first input's memory.
  default boolean isView() {
    return false;
  }

  /// PyTorch's name: by default the record's, with a small first letter.
  default String name() {
    String type = getClass().getSimpleName();
    return Character.toLowerCase(type.charAt(0)) + type.substring(1);
  }

  /// Runs `op`, recorded by the current tape if that follows any of the inputs.
  static Tensor apply(Op op, Tensor... in) {
    Shape expected = checked(op, in);
    Recorder recorder = Recording.current();
    if (recorder == null) {
      return value(op, expected, in);
    }
    int slice = recorder.begin(Kind.OPERATION, op.name());
    try {
      Tensor out = value(op, expected, in);
      OpWork.forward(recorder, op, out, in);
      return out;
    } finally {
      recorder.end(slice);
    }
  }

  /// Runs `op` on each of `in`, all at once.
  static List<Tensor> applyEach(JointOp op, Tensor[]... in) {
    if (DryRun.isOn()) {
      return Arrays.stream(in).map(each -> apply(op, each)).toList();
    }
    for (Tensor[] each : in) {
      checked(op, each);
    }
    Recorder recorder = Recording.current();
    if (recorder == null) {
      return List.of(Tape.run(op, in));
    }
    int slice = recorder.begin(Kind.OPERATION, op.name());
    try {
      Tensor[] out = Tape.run(op, in);
      OpWork.forward(recorder, op, out, in);
      return List.of(out);
    } finally {
      recorder.end(slice);
    }
  }

  /// The result's shape, of inputs that fit.
  private static Shape checked(Op op, Tensor... in) {
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
    }
    Shape expected = op.shape(shapes);
    requireOneType(op, in);
    return expected;
  }

  private static Tensor value(Op op, Shape expected, Tensor... in) {
    if (DryRun.isOn()) {
      return op.isView() ? in[0].view(Layout.contiguous(expected)) : hollow(op, expected, in);
    }
    Tensor out = Tape.run(op, in);
    require(
        out.shape().equals(expected),
        "%s: result %s is not what its shape rule says, %s",
        op.name(),
        out.shape(),
        expected);
    return out;
  }

  /// The result without values.
  private static Tensor hollow(Op op, Shape shape, Tensor... in) {
    for (int i = 0; i < in.length; i++) {
      if (op.differentiable(i)) {
        return Tensor.empty(in[i].dtype(), shape);
      }
    }
    return Tensor.empty(in[0].dtype(), shape);
  }

  private static void requireOneType(Op op, Tensor... in) {
    Tensor first = null;
    for (int i = 0; i < in.length; i++) {
      if (op.differentiable(i)) {
        first = first == null ? in[i] : first;
        require(
            in[i].dtype() == first.dtype(),
            "%s: expected inputs of one type, got %s and %s",
            op.name(),
            first.dtype(),
            in[i].dtype());
      }
    }
  }
}
