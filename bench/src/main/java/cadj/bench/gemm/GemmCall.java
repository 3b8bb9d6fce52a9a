package cadj.bench.gemm;

import cadj.bench.gemm.LinearLayer.Transposes;
import cadj.bench.workload.Entry;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.gemm.GemmKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// C = op(A)·op(B), row-major.
public record GemmCall(GemmShape shape, Buffer a, Buffer b, Buffer c) implements Workload {
  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Transposes transposes : Transposes.values()) {
      for (LinearLayer layer : LinearLayer.values()) {
        entries.add(
            new Entry(
                "gemm",
                transposes.name().toLowerCase(Locale.ROOT),
                layer.shape(),
                () -> layer.product(transposes)));
      }
    }
    return entries;
  }

  @Override
  public void run() {
    GemmKernel.on(Device.current(), c).multiply(shape, c, a, b, null);
  }

  @Override
  public List<F32> results() {
    return Workload.allOnHost(c);
  }

  @Override
  public double flop() {
    return 2.0 * shape.m() * shape.n() * shape.k();
  }

  @Override
  public double bytes() {
    return Workload.bytes(a, b, c);
  }
}
