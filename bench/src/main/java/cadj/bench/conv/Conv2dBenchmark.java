package cadj.bench.conv;

import cadj.bench.conv.Convolution.Pass;
import cadj.bench.workload.KernelBenchmark;
import cadj.bench.workload.Workload;
import org.openjdk.jmh.annotations.Param;

/// 3×3 convolutions and both their gradients.
public class Conv2dBenchmark extends KernelBenchmark {
  @Param public ConvolutionLayer layer;
  @Param public Pass pass;

  @Param({"1", "2"})
  public int batch;

  @Override
  protected Workload workload() {
    return layer.convolution(pass, batch);
  }
}
