package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import java.util.List;

/// The catalogue of differentiable operations. A test walks it and fails for one without samples,
/// gradient check or error messages.
public final class Ops {
  public static final List<Class<? extends Op>> ALL =
      List.of(
          Add.class,
          Attention.class,
          AvgPool2d.class,
          BatchNorm.class,
          BatchNormTraining.class,
          Conv2d.class,
          Embedding.class,
          Geglu.class,
          GroupNorm.class,
          LayerNorm.class,
          Linear.class,
          MatMul.class,
          MaxPool2d.class,
          Mul.class,
          UpsampleNearest.class);

  private Ops() {}
}
