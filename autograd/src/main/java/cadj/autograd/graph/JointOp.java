package cadj.autograd.graph;

import cadj.tensor.Tensor;

/// An operation of which several applications may be computed at once, as products of one matrix
/// with several others; see [Op#applyEach]. Each is recorded by itself, and has the derivatives
/// that it would have alone.
public interface JointOp extends Op {
  /// The values of several applications, and what each keeps, as [#forward] has them of one.
  Tensor[] forward(Saved[] saved, Tensor[]... in);
}
