package cadj.bench.accumulate;

import cadj.bench.workload.KernelBenchmark;
import cadj.bench.workload.Workload;
import org.openjdk.jmh.annotations.Param;

/// A gradient added to its running sum, and its scores totalled.
public class AccumulateBenchmark extends KernelBenchmark {
  @Param public ScoredWeight weight;

  @Override
  protected Workload workload() {
    return weight.call();
  }
}
