package cadj.bench.rmsnorm;

import cadj.bench.workload.Entry;
import cadj.bench.workload.Pass;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.rmsnorm.RmsNormKernel;
import java.util.ArrayList;
import java.util.List;

/// RMS normalisation of x [rows,width], or its gradients by x and weight.
///
/// @param dy the result's gradient
/// @param y where the result goes; rstd, dx, dweight likewise
public record RmsNormCall(
    Pass pass,
    int rows,
    int width,
    Buffer x,
    Buffer weight,
    Buffer dy,
    Buffer y,
    Buffer rstd,
    Buffer dx,
    Buffer dweight)
    implements Workload {
  public static final float EPS = 1e-6f;

  /// The gradients can be taken at once.
  public RmsNormCall {
    RmsNormKernel.on(Device.current(), x).forward(y, rstd, x, weight, rows, width, EPS);
  }

  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Pass pass : Pass.values()) {
      for (RmsNormLayer layer : RmsNormLayer.values()) {
        entries.add(new Entry("rmsnorm", pass.toString(), layer.shape(), () -> layer.call(pass)));
      }
    }
    return entries;
  }

  @Override
  public void run() {
    RmsNormKernel kernel = RmsNormKernel.on(Device.current(), x);
    switch (pass) {
      case FORWARD -> kernel.forward(y, rstd, x, weight, rows, width, EPS);
      case BACKWARD -> kernel.backward(dx, dweight, dy, rstd, x, weight, rows, width);
    }
  }

  @Override
  public List<F32> results() {
    return switch (pass) {
      case FORWARD -> Workload.allOnHost(y);
      case BACKWARD -> Workload.allOnHost(dx, dweight);
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
