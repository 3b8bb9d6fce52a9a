package cadj.bench.groupnorm;

import static cadj.autograd.ops.GroupNorm.groupNormSilu;

import cadj.bench.workload.Entry;
import cadj.bench.workload.Workload;
import cadj.kernels.device.F32;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;
import java.util.stream.Stream;

/// silu(groupNorm(x)), x [N,C,H,W] channels-last: the engine's operations, not a kernel's call, so
/// that whatever is fused there is fused here. The result is told in the order [N,C,H,W].
public record NormedSilu(Tensor x, Tensor weight, Tensor bias) implements Workload {
  public static final int GROUPS = 32;
  public static final float EPS = 1e-5f;

  public static List<Entry> entries() {
    return Stream.of(NormedSiluLayer.values())
        .map(layer -> new Entry("groupnorm", "forward+silu", layer.shape(), layer::call))
        .toList();
  }

  private Tensor compute() {
    return groupNormSilu(x, GROUPS, weight, bias, EPS);
  }

  @Override
  public void run() {
    Scope.run("groupnorm and silu", this::compute);
  }

  @Override
  public List<F32> results() {
    return List.of(F32.of(compute().toFloats()));
  }

  @Override
  public double bytes() {
    return 2.0 * Float.BYTES * x.elements();
  }
}
