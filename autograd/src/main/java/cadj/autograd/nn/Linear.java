package cadj.autograd.nn;

import static cadj.autograd.ops.Linear.linear;
import static cadj.autograd.ops.Linear.linears;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Activations.Port;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// y = x·weightᵀ + bias over the last dimension: x [..,in] → [..,out].
public final class Linear {
  private final String path;
  private final Tensor weight;
  private final @Nullable Tensor bias;

  public Linear(Weights w, int in, int out) {
    this(w, in, out, true);
  }

  public Linear(Weights w, int in, int out, boolean bias) {
    this(w.path(), w.get("weight", out, in), bias ? w.get("bias", out) : null);
  }

  private Linear(String path, Tensor weight, @Nullable Tensor bias) {
    this.path = path;
    this.weight = weight;
    this.bias = bias;
  }

  /// Layers without biases that read one input, such as an attention's projections to keys and
  /// values: the children `names` of a module. See [#forwardEach].
  public static List<Linear> row(Weights w, List<String> names, int in, int out) {
    List<Tensor> weights = w.getRow(names, "weight", out, in);
    List<Linear> layers = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      layers.add(new Linear(w.at(names.get(i)).path(), weights.get(i), null));
    }
    return layers;
  }

  public Tensor forward(Tensor x) {
    return forward(x, null);
  }

  /// forward(x) + residual
  public Tensor forward(Tensor x, @Nullable Tensor residual) {
    return Residual.module(path, x, residual, (in, r) -> linear(in, weight, bias, r));
  }

  /// What each layer of a [#row] makes of x. One batch of products, where the weights lie for it
  /// ([WeightRows]) and nobody gives one of the layers another input.
  public static List<Tensor> forwardEach(Tensor x, List<Linear> row) {
    List<Tensor> inputs =
        row.stream().map(layer -> Activations.announce(layer.path, Port.INPUT, x)).toList();
    List<Tensor> outputs =
        inputs.stream().allMatch(in -> in == x)
            ? linears(x, row.stream().map(layer -> layer.weight).toList())
            : separately(inputs, row);
    List<Tensor> announced = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      announced.add(Activations.announce(row.get(i).path, outputs.get(i)));
    }
    return announced;
  }

  private static List<Tensor> separately(List<Tensor> inputs, List<Linear> row) {
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      outputs.add(linear(inputs.get(i), row.get(i).weight, null));
    }
    return outputs;
  }
}
