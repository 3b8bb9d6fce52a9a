package cadj.bench.geglu;

import cadj.bench.workload.Entry;
import cadj.bench.workload.Pass;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.geglu.GegluKernel;
import java.util.ArrayList;
import java.util.List;

/// y = value·gelu(gate) of x [rows,2·width] = [value,gate], or its gradient.
///
/// @param dy the result's gradient
/// @param y where the result goes; dx likewise
public record GegluCall(Pass pass, int rows, int width, Buffer x, Buffer dy, Buffer y, Buffer dx)
    implements Workload {
  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Pass pass : Pass.values()) {
      for (GegluLayer layer : GegluLayer.values()) {
        entries.add(new Entry("geglu", pass.toString(), layer.shape(), () -> layer.call(pass)));
      }
    }
    return entries;
  }

  @Override
  public void run() {
    GegluKernel kernel = GegluKernel.on(Device.current(), x);
    switch (pass) {
      case FORWARD -> kernel.forward(y, x, rows, width);
      case BACKWARD -> kernel.backward(dx, dy, x, rows, width);
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
      case BACKWARD -> Workload.bytes(dy, x, dx);
    };
  }
}
