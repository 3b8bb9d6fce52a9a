package cadj.bench.layernorm;

import cadj.bench.workload.KernelBenchmark;
import cadj.bench.workload.Pass;
import cadj.bench.workload.Workload;
import org.openjdk.jmh.annotations.Param;

/// Layer normalisation and its gradients.
public class LayerNormBenchmark extends KernelBenchmark {
  @Param public LayerNormLayer layer;
  @Param public Pass pass;

  @Override
  protected Workload workload() {
    return layer.call(pass);
  }
}
