package cadj.bench.softmax;

import cadj.bench.workload.KernelBenchmark;
import cadj.bench.workload.Pass;
import cadj.bench.workload.Workload;
import org.openjdk.jmh.annotations.Param;

/// The softmax of attention's scores, and its gradient.
public class SoftmaxBenchmark extends KernelBenchmark {
  @Param public SoftmaxLayer layer;
  @Param public Pass pass;

  @Override
  protected Workload workload() {
    return layer.call(pass);
  }
}
