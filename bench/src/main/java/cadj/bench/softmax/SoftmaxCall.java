package cadj.bench.softmax;

import cadj.bench.workload.Entry;
import cadj.bench.workload.Pass;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.softmax.SoftmaxKernel;
import java.util.ArrayList;
import java.util.List;

/// y = softmax(x) by rows [rows,width], or its gradient.
///
/// @param dy the result's gradient
/// @param y where the result goes; dx likewise
public record SoftmaxCall(Pass pass, int rows, int width, Buffer x, Buffer dy, Buffer y, Buffer dx)
    implements Workload {
  /// The gradient, which reads y, can be taken at once.
  public SoftmaxCall {
    SoftmaxKernel.on(Device.current(), x).forward(y, x, rows, width);
  }

  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Pass pass : Pass.values()) {
      for (SoftmaxLayer layer : SoftmaxLayer.values()) {
        entries.add(new Entry("softmax", pass.toString(), layer.shape(), () -> layer.call(pass)));
      }
    }
    return entries;
  }

  @Override
  public void run() {
    SoftmaxKernel kernel = SoftmaxKernel.on(Device.current(), x);
    switch (pass) {
      case FORWARD -> kernel.forward(y, x, rows, width);
      case BACKWARD -> kernel.backward(dx, dy, y, rows, width);
    }
  }

  @Override
  public List<F32> results() {
    return switch (pass) {
      case FORWARD -> Workload.allOnHost(y);
      case BACKWARD -> Workload.allOnHost(dx);
    };
  }

  @Override
  public double bytes() {
    return switch (pass) {
      case FORWARD -> Workload.bytes(x, y);
      case BACKWARD -> Workload.bytes(dy, y, dx);
    };
  }
}
