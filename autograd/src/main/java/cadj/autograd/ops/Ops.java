package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import java.util.List;

/// The catalogue of differentiable operations. A test walks it and fails for one without samples,
/// gradient check or error messages.
public final class Ops {
  public static final List<Class<? extends Op>> ALL = List.of(Add.class, Mul.class);

  private Ops() {}
}
