package cadj.bench.peer.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Buffer;
import java.util.ArrayList;
import java.util.List;

/// Named tensors that a script is given.
final class Inputs implements AutoCloseable {
  private final NDManager manager = NDManager.newBaseManager(null, "PyTorch");
  private final List<String> names = new ArrayList<>();
  private final NDList arrays = new NDList();

  /// A copy of `values`.
  Inputs with(String name, Buffer values, long... shape) {
    add(name, manager.create(Workload.values(values), new Shape(shape)));
    return this;
  }

  /// A copy of channels-last `values` [N,H,W,C] in libtorch's usual order [N,C,H,W].
  Inputs withImages(String name, Buffer values, long n, long h, long w, long c) {
    try (NDArray lying = manager.create(Workload.values(values), new Shape(n, h, w, c));
        NDArray turned = lying.transpose(0, 3, 1, 2)) {
      add(name, turned.duplicate());
    }
    return this;
  }

  /// What a script computes from the inputs so far.
  ///
  /// @param lines its body, which returns as many tensors as there are new names
  Inputs withComputed(List<String> newNames, String... lines) {
    try (Script script = script(newNames.size(), lines)) {
      NDList computed = script.run(arrays);
      for (int i = 0; i < newNames.size(); i++) {
        NDArray array = computed.get(i);
        array.attach(manager);
        add(newNames.get(i), array);
      }
    }
    return this;
  }

  private void add(String name, NDArray array) {
    names.add(name);
    arrays.add(array);
  }

  /// A script of these arguments.
  Script script(int results, String... lines) {
    return new Script(names, results, lines);
  }

  NDList arrays() {
    return arrays;
  }

  @Override
  public void close() {
    manager.close();
  }
}
