package cadj.bench.peer.libtorch;

import ai.djl.ndarray.NDArray;
import cadj.bench.attention.AttentionCall;
import cadj.bench.conv.Convolution;
import cadj.bench.geglu.GegluCall;
import cadj.bench.gemm.GemmCall;
import cadj.bench.groupnorm.NormedSilu;
import cadj.bench.layernorm.LayerNormCall;
import cadj.bench.rmsnorm.RmsNormCall;
import cadj.bench.softmax.SoftmaxCall;
import cadj.kernels.attention.AttentionShape;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import java.util.List;
import java.util.function.UnaryOperator;

/// How each workload is said in TorchScript. Gradients are single operations too, those that
/// PyTorch's autograd calls.
final class Operations {
  private static final UnaryOperator<NDArray> AS_IT_IS = UnaryOperator.identity();

  /// `ScalarType::Float`.
  private static final int FLOAT = 6;

  private Operations() {}

  private static NDArray channelsLast(NDArray images) {
    return images.transpose(0, 2, 3, 1);
  }

  static Operation product(GemmCall product) {
    GemmShape shape = product.shape();
    int m = shape.m();
    int n = shape.n();
    int k = shape.k();
    Inputs inputs =
        new Inputs()
            .with("a", product.a(), shape.transA() ? k : m, shape.transA() ? m : k)
            .with("b", product.b(), shape.transB() ? n : k, shape.transB() ? k : n);
    return new Operation(
        inputs,
        1,
        AS_IT_IS,
        "return torch.mm(%s, %s)"
            .formatted(shape.transA() ? "torch.t(a)" : "a", shape.transB() ? "torch.t(b)" : "b"));
  }

  static Operation convolution(Convolution it) {
    Conv2dShape shape = it.shape();
    Inputs inputs =
        new Inputs()
            .withImages("x", it.x(), shape.n(), shape.h(), shape.w(), shape.ci())
            .withImages("dy", it.y(), shape.n(), shape.ho(), shape.wo(), shape.co())
            .with("w", it.weight(), shape.co(), shape.ci(), shape.kh(), shape.kw())
            .with("b", it.bias(), shape.co());
    String window =
        "[%d, %d], [%d, %d], [1, 1]"
            .formatted(shape.strideH(), shape.strideW(), shape.padTop(), shape.padLeft());
    String gradient =
        "return (torch.convolution_backward(dy, x, w, None, "
            + window
            + ", False, [0, 0], 1, [%s]))[%d]";
    return switch (it.pass()) {
      case FORWARD ->
          new Operation(
              inputs,
              1,
              Operations::channelsLast,
              "return torch.conv2d(x, w, b, %s, 1)".formatted(window));
      case INPUT_GRADIENT ->
          new Operation(
              inputs, 1, Operations::channelsLast, gradient.formatted("True, False, False", 0));
      case WEIGHT_GRADIENT ->
          new Operation(inputs, 1, AS_IT_IS, gradient.formatted("False, True, False", 1));
    };
  }

  static Operation attention(AttentionCall it) {
    AttentionShape shape = it.shape();
    long[] queries = {shape.batch(), shape.queries(), shape.heads(), shape.dim()};
    long[] keys = {shape.batch(), shape.keys(), shape.heads(), shape.dim()};
    Inputs inputs =
        new Inputs()
            .with("tq", it.q(), queries)
            .with("tk", it.k(), keys)
            .with("tv", it.v(), keys)
            .with("tdout", it.dout(), queries)
            .withComputed(
                List.of("q", "k", "v", "dout"),
                "return (torch.transpose(tq, 1, 2), torch.transpose(tk, 1, 2),"
                    + " torch.transpose(tv, 1, 2), torch.transpose(tdout, 1, 2))");
    String scaling = "0., False, attn_mask=None, scale=%s".formatted(shape.scale());
    String forward =
        "out, lse = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, %s)"
            .formatted(scaling);
    String backward =
        "dq, dk, dv = torch._scaled_dot_product_flash_attention_for_cpu_backward("
            + "dout, q, k, v, out, lse, %s)".formatted(scaling);
    UnaryOperator<NDArray> order = x -> x.transpose(0, 2, 1, 3);
    return switch (it.pass()) {
      case FORWARD -> new Operation(inputs, 1, order, forward, "return out");
      case BACKWARD ->
          new Operation(
              inputs.withComputed(List.of("out", "lse"), forward, "return (out, lse)"),
              3,
              order,
              backward,
              "return (dq, dk, dv)");
      case BOTH -> new Operation(inputs, 4, order, forward, backward, "return (out, dq, dk, dv)");
    };
  }

  static Operation normedSilu(NormedSilu it) {
    int channels = it.x().dim(1);
    Inputs inputs =
        new Inputs()
            .with(
                "x",
                F32.of(it.x().toFloats()),
                it.x().dim(0),
                channels,
                it.x().dim(2),
                it.x().dim(3))
            .with("w", F32.of(it.weight().toFloats()), channels)
            .with("b", F32.of(it.bias().toFloats()), channels);
    return new Operation(
        inputs,
        1,
        AS_IT_IS,
        "return torch.silu(torch.group_norm(x, %d, w, b, %s))"
            .formatted(NormedSilu.GROUPS, NormedSilu.EPS));
  }

  static Operation geglu(GegluCall it) {
    Inputs inputs =
        new Inputs()
            .with("x", it.x(), it.rows(), 2L * it.width())
            .with("dy", it.dy(), it.rows(), it.width());
    String split = "value, gate = torch.chunk(x, 2, -1)";
    return switch (it.pass()) {
      case FORWARD ->
          new Operation(inputs, 1, AS_IT_IS, split, "return torch.mul(value, torch.gelu(gate))");
      case BACKWARD ->
          new Operation(
              inputs,
              1,
              AS_IT_IS,
              split,
              "dvalue = torch.mul(dy, torch.gelu(gate))",
              "dgate = torch.gelu_backward(torch.mul(dy, value), gate)",
              "return torch.cat([dvalue, dgate], -1)");
    };
  }

  static Operation softmax(SoftmaxCall it) {
    Inputs inputs =
        new Inputs()
            .with("x", it.x(), it.rows(), it.width())
            .with("y", it.y(), it.rows(), it.width())
            .with("dy", it.dy(), it.rows(), it.width());
    return new Operation(
        inputs,
        1,
        AS_IT_IS,
        switch (it.pass()) {
          case FORWARD -> "return torch.softmax(x, -1)";
          case BACKWARD -> "return torch._softmax_backward_data(dy, y, -1, %d)".formatted(FLOAT);
        });
  }

  static Operation layerNorm(LayerNormCall it) {
    Inputs inputs =
        new Inputs()
            .with("x", it.x(), it.rows(), it.width())
            .with("w", it.weight(), it.width())
            .with("b", it.bias(), it.width())
            .with("mean", it.mean(), it.rows(), 1)
            .with("rstd", it.rstd(), it.rows(), 1)
            .with("dy", it.dy(), it.rows(), it.width());
    return switch (it.pass()) {
      case FORWARD ->
          new Operation(
              inputs,
              1,
              AS_IT_IS,
              "return torch.layer_norm(x, [%d], w, b, %s)"
                  .formatted(it.width(), LayerNormCall.EPS));
      case BACKWARD ->
          new Operation(
              inputs,
              3,
              AS_IT_IS,
              "dx, dw, db = torch.native_layer_norm_backward("
                  + "dy, x, [%d], mean, rstd, w, b, [True, True, True])".formatted(it.width()),
              "return (dx, dw, db)");
    };
  }

  /// Its gradients are no operation of their own in this version, but a chain of others.
  static Operation rmsNorm(RmsNormCall it) {
    Inputs inputs =
        new Inputs()
            .with("x", it.x(), it.rows(), it.width())
            .with("w", it.weight(), it.width())
            .with("rstd", it.rstd(), it.rows(), 1)
            .with("dy", it.dy(), it.rows(), it.width());
    return switch (it.pass()) {
      case FORWARD ->
          new Operation(
              inputs,
              1,
              AS_IT_IS,
              "return torch.rms_norm(x, [%d], w, %s)".formatted(it.width(), RmsNormCall.EPS));
      case BACKWARD ->
          new Operation(
              inputs,
              2,
              AS_IT_IS,
              "xhat = torch.mul(x, rstd)",
              "g = torch.mul(dy, w)",
              "mean = torch.mean(torch.mul(g, xhat), [-1], True)",
              "dx = torch.mul(torch.sub(g, torch.mul(xhat, mean)), rstd)",
              "return (dx, torch.sum(torch.mul(dy, xhat), [0]))");
    };
  }
}
