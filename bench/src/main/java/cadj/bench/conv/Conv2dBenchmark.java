package cadj.bench.conv;

import cadj.bench.conv.Convolution.Pass;
import cadj.bench.workload.Work;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// 3×3 convolutions and both their gradients.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"})
public class Conv2dBenchmark {
  @Param public ConvolutionLayer layer;
  @Param public Pass pass;

  @Param({"1", "2"})
  public int batch;

  private Convolution convolution;

  @Setup
  public void fill() {
    convolution = layer.convolution(pass, batch);
  }

  @Benchmark
  public Convolution convolve(Work work) {
    work.done(convolution);
    return convolution;
  }
}
