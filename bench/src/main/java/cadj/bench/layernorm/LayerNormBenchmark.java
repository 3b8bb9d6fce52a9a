package cadj.bench.layernorm;

import cadj.bench.layernorm.LayerNormCall.Pass;
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

/// Layer normalisation and its gradients.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"})
public class LayerNormBenchmark {
  @Param public LayerNormLayer layer;
  @Param public Pass pass;

  private LayerNormCall call;

  @Setup
  public void fill() {
    call = layer.call(pass);
  }

  @Benchmark
  public LayerNormCall compute(Work work) {
    work.done(call);
    return call;
  }
}
