package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import java.util.List;

/// The catalogue of differentiable operations. A test walks it and fails for one without samples,
/// gradient check or error messages.
public final class Ops {
  public static final List<Class<? extends Op>> ALL =
      List.of(
          Add.class,
          Affine.class,
          Attention.class,
          AvgPool2d.class,
          BatchNorm.class,
          BatchNormTraining.class,
          Cat.class,
          Clamp.class,
          Conv2d.class,
          Div.class,
          Embedding.class,
          Expand.class,
          Geglu.class,
          GroupNorm.class,
          LayerNorm.class,
          Linear.class,
          LogSoftmax.class,
          MatMul.class,
          MaxPool2d.class,
          Mul.class,
          NllLoss.class,
          Permute.class,
          Pointwise.class,
          Reshape.class,
          RmsNorm.class,
          Slice.class,
          Softmax.class,
          Sub.class,
          Sum.class,
          UpsampleNearest.class);

  private Ops() {}
}
