package cadj.bench.accumulate;

import cadj.bench.workload.Entry;
import cadj.bench.workload.Workload;
import cadj.kernels.accumulate.AccumulateKernel;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import java.util.Arrays;
import java.util.List;

/// sum += gradient, compensated, and totals = Σ weight·gradient by sign. The sum grows from call to
/// call, so what is compared is the totals.
public record AccumulateCall(
    Buffer sum, Buffer carry, Buffer gradient, Buffer weight, Buffer totals) implements Workload {
  public static List<Entry> entries() {
    return Arrays.stream(ScoredWeight.values())
        .map(it -> new Entry("accumulate", "add", it.shape(), it::call))
        .toList();
  }

  @Override
  public void run() {
    AccumulateKernel.on(Device.current(), sum).accumulate(sum, carry, gradient, weight, totals);
  }

  @Override
  public List<F32> results() {
    return Workload.allOnHost(totals);
  }

  /// Four buffers read, two written.
  @Override
  public double bytes() {
    return Workload.bytes(sum, carry, gradient, weight, sum, carry);
  }
}
