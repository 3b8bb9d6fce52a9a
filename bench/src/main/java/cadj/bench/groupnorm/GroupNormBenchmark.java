package cadj.bench.groupnorm;

import cadj.bench.workload.KernelBenchmark;
import cadj.bench.workload.Workload;
import org.openjdk.jmh.annotations.Param;

/// GroupNorm and SiLU, as residual blocks have them.
public class GroupNormBenchmark extends KernelBenchmark {
  @Param public NormedSiluLayer layer;

  @Override
  protected Workload workload() {
    return layer.call();
  }
}
