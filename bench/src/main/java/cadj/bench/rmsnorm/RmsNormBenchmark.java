package cadj.bench.rmsnorm;

import cadj.bench.workload.KernelBenchmark;
import cadj.bench.workload.Pass;
import cadj.bench.workload.Workload;
import org.openjdk.jmh.annotations.Param;

/// RMS normalisation and its gradients.
public class RmsNormBenchmark extends KernelBenchmark {
  @Param public RmsNormLayer layer;
  @Param public Pass pass;

  @Override
  protected Workload workload() {
    return layer.call(pass);
  }
}
