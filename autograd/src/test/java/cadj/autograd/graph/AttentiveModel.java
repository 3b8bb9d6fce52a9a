package cadj.autograd.graph;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Pointwise.square;
import static cadj.autograd.ops.Sum.sum;

import cadj.autograd.nn.Linear;
import cadj.autograd.nn.ScaledDotProductAttention;
import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.SplittableRandom;

/// h = silu(first(x)); y = last(h + mid(h)), where mid is an attention with q = v = h, k = h/2. The
/// first two are blocks of the tape.
final class AttentiveModel {
  static final int HEADS = 2;
  static final int WIDTH = 4;

  private static final SplittableRandom RANDOM = new SplittableRandom(3);

  final Weights weights;
  final Linear first;
  final ScaledDotProductAttention attention;
  final Linear last;

  AttentiveModel(DType dtype) {
    weights = Weights.of((key, shape) -> uniform(shape.toArray()).to(dtype));
    first = new Linear(weights.at("first"), WIDTH, WIDTH);
    attention = new ScaledDotProductAttention("mid.attn", HEADS, false);
    last = new Linear(weights.at("last"), WIDTH, WIDTH);
  }

  /// x [N,T,WIDTH] → y [N,T,WIDTH]
  Tensor forward(Tensor x) {
    Tensor h = hidden(x);
    return last.forward(add(h, Tape.block("mid", in -> mid(in[0]), h)));
  }

  Tensor hidden(Tensor x) {
    return Tape.block("first", in -> silu(first.forward(in[0])), x);
  }

  Tensor mid(Tensor h) {
    return Activations.module("mid", h, in -> attention.forward(in, scale(in, 0.5f), in));
  }

  /// Σ y²
  Tensor loss(Tensor x) {
    return sum(square(forward(x)));
  }

  List<Tensor> parameters() {
    return List.copyOf(weights.parameters().values());
  }

  Tensor parameter(String key) {
    Tensor found = weights.parameters().get(key);
    if (found == null) {
      throw new IllegalArgumentException(key);
    }
    return found;
  }

  /// Values of −2 to 2 in double precision.
  static Tensor uniform(int... dims) {
    return Tensor.of(RANDOM.doubles(Shape.of(dims).elements(), -2, 2).toArray(), dims);
  }
}
