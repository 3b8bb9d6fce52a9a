package cadj.models.t5;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.geluTanh;

import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Residual;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;

/// transformers' `T5DenseGatedActDense`: wo(gelu(wi_0(x))·wi_1(x)), with the GELU approximated by
/// tanh and without biases.
///
/// x [N,T,dModel] → [N,T,dModel], to which the residual [N,T,dModel] is added
final class T5FeedForward {
  private final String path;
  private final Linear wi0;
  private final Linear wi1;
  private final Linear wo;

  T5FeedForward(Weights w, T5Config config) {
    path = w.path();
    wi0 = new Linear(w.at("wi_0"), config.dModel(), config.dFf(), false);
    wi1 = new Linear(w.at("wi_1"), config.dModel(), config.dFf(), false);
    wo = new Linear(w.at("wo"), config.dFf(), config.dModel(), false);
  }

  Tensor forward(Tensor x, Tensor residual) {
    return Residual.module(
        path,
        x,
        residual,
        (in, r) -> wo.forward(mul(geluTanh(wi0.forward(in)), wi1.forward(in)), r));
  }
}
