package cadj.bench.gemm;

import cadj.bench.gemm.LinearLayer.Transposes;
import cadj.bench.workload.KernelBenchmark;
import cadj.bench.workload.Workload;
import org.openjdk.jmh.annotations.Param;

/// Matrix products.
public class GemmBenchmark extends KernelBenchmark {
  @Param public LinearLayer layer;
  @Param public Transposes transposes;

  @Override
  protected Workload workload() {
    return layer.product(transposes);
  }
}
