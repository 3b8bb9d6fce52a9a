package cadj.bench.peer.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import cadj.bench.peer.Calls;
import cadj.kernels.device.F32;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A script and what it works on.
final class Operation extends Calls {
  private final Inputs inputs;
  private final Script script;
  private final UnaryOperator<NDArray> order;

  /// @param results number of tensors that the script returns
  /// @param order from libtorch's order in memory to the workload's
  /// @param lines the script's body
  Operation(Inputs inputs, int results, UnaryOperator<NDArray> order, String... lines) {
    super(LibTorch.NAME);
    this.inputs = inputs;
    this.script = inputs.script(results, lines);
    this.order = order;
  }

  @Override
  protected void call() {
    script.run(inputs.arrays()).close();
  }

  @Override
  public List<F32> results() {
    List<F32> values = new ArrayList<>();
    try (NDList results = script.run(inputs.arrays())) {
      for (NDArray result : results) {
        values.add(F32.of(order.apply(result).toFloatArray()));
      }
    }
    return values;
  }

  @Override
  public void close() {
    script.close();
    inputs.close();
  }
}
