package cadj.autograd.nn;

import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// Weights of another source, of which those that are used together lie one behind the other in a
/// GPU's memory, so that one batch of products reads them ([Linear#forwardEach]). Each is a tensor
/// of its own, a window of their block, which is given back with the last of them.
///
/// On the host they lie where they are: there a batch is no quicker than its products.
///
/// @param source of single precision, which is asked for such weights on the host
public record WeightRows(Weights.Source source) implements Weights.Source {
  @Override
  public Tensor tensor(String key, Shape shape) {
    return source.tensor(key, shape);
  }

  @Override
  public List<Tensor> row(List<String> keys, Shape shape) {
    if (!(Device.current() instanceof Gpu gpu)) {
      return source.row(keys, shape);
    }
    int size = shape.elements();
    GpuF32 block = gpu.allocate(Math.multiplyExact(keys.size(), size));
    gpu.freeOnceUnreachable(block);
    List<Tensor> out = new ArrayList<>();
    for (String key : keys) {
      Tensor window = Tensor.of(shape, block.slice(out.size() * size, size));
      window.copyFrom(Device.with(Device.host(), () -> source.tensor(key, shape)));
      out.add(window);
    }
    return out;
  }
}
