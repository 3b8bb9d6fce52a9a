package cadj.bench.layernorm;

import cadj.bench.workload.Entry;
import cadj.bench.workload.Pass;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.layernorm.LayerNormKernel;
import java.util.ArrayList;
import java.util.List;

/// Layer normalisation of x [rows,width], or its gradients by x, weight and bias.
///
/// @param dy the result's gradient
/// @param y where the result goes; mean, rstd, dx, dweight, dbias likewise
public record LayerNormCall(
    Pass pass,
    int rows,
    int width,
    Buffer x,
    Buffer weight,
    Buffer bias,
    Buffer dy,
    Buffer y,
    Buffer mean,
    Buffer rstd,
    Buffer dx,
    Buffer dweight,
    Buffer dbias)
    implements Workload {
  public static final float EPS = 1e-5f;

  /// The gradients can be taken at once.
  public LayerNormCall {
    LayerNormKernel.on(Device.current(), x)
        .forward(y, mean, rstd, x, weight, bias, rows, width, EPS);
  }

  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Pass pass : Pass.values()) {
      for (LayerNormLayer layer : LayerNormLayer.values()) {
        entries.add(new Entry("layernorm", pass.toString(), layer.shape(), () -> layer.call(pass)));
      }
    }
    return entries;
  }

  @Override
  public void run() {
    LayerNormKernel kernel = LayerNormKernel.on(Device.current(), x);
    switch (pass) {
      case FORWARD -> kernel.forward(y, mean, rstd, x, weight, bias, rows, width, EPS);
      case BACKWARD -> kernel.backward(dx, dweight, dbias, dy, mean, rstd, x, weight, rows, width);
    }
  }

  @Override
  public List<F32> results() {
    return switch (pass) {
      case FORWARD -> Workload.allOnHost(y);
      case BACKWARD -> Workload.allOnHost(dx, dweight, dbias);
    };
  }

  @Override
  public double bytes() {
    return switch (pass) {
      case FORWARD -> Workload.bytes(x, y);
      case BACKWARD -> Workload.bytes(dy, x, dx);
    };
  }
}
