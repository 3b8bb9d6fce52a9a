package cadj.bench.geglu;

import cadj.bench.workload.KernelBenchmark;
import cadj.bench.workload.Pass;
import cadj.bench.workload.Workload;
import org.openjdk.jmh.annotations.Param;

/// The gate of feed-forward layers, and its gradient.
public class GegluBenchmark extends KernelBenchmark {
  @Param public GegluLayer layer;
  @Param public Pass pass;

  @Override
  protected Workload workload() {
    return layer.call(pass);
  }
}
