package cadj.autograd.nn;

import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/// Weights of another source, of which those that are used together lie one behind the other in a
/// GPU's memory, so that one batch of products reads them ([Linear#forwardEach]). Each is a tensor
/// of its own, a view of all.
///
/// On the host they lie where they are: there a batch is no quicker than its products.
///
/// @param source of weights; asked on the host for those that are used together
/// @param toDevice what takes such weights, all in one tensor, to the device, given their keys
public record WeightRows(Weights.Source source, BiFunction<String, Tensor, Tensor> toDevice)
    implements Weights.Source {
  @Override
  public Tensor tensor(String key, Shape shape) {
    return source.tensor(key, shape);
  }

  @Override
  public List<Tensor> row(List<String> keys, Shape shape) {
    if (!(Device.current() instanceof Gpu)) {
      return source.row(keys, shape);
    }
    List<Tensor> parts = Device.with(Device.host(), () -> source.row(keys, shape));
    return Scope.outside(
        () -> {
          Tensor all =
              toDevice.apply(
                  String.join(", ", keys), Device.with(Device.host(), () -> behind(parts)));
          return IntStream.range(0, keys.size())
              .mapToObj(i -> all.slice(0, i, i + 1).reshape(shape))
              .toList();
        });
  }

  /// `parts` one behind the other.
  private static Tensor behind(List<Tensor> parts) {
    Tensor first = parts.getFirst();
    Tensor all = Tensor.empty(DType.F32, first.layout().repeated(parts.size()).shape());
    for (int i = 0; i < parts.size(); i++) {
      all.slice(0, i, i + 1).reshape(first.shape()).copyFrom(parts.get(i));
    }
    return all;
  }
}
