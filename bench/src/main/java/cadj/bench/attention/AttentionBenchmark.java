package cadj.bench.attention;

import cadj.bench.attention.AttentionCall.Pass;
import cadj.bench.workload.KernelBenchmark;
import cadj.bench.workload.Workload;
import org.openjdk.jmh.annotations.Param;

/// Attention, forward and backward.
public class AttentionBenchmark extends KernelBenchmark {
  @Param public AttentionLayer layer;
  @Param public Pass pass;

  @Override
  protected Workload workload() {
    return layer.call(pass);
  }
}
