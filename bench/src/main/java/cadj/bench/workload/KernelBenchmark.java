package cadj.bench.workload;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One kernel under JMH. Who extends this has the parameters, and says which workload they mean.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
// Loops are compiled as the launcher has them compiled: cadj.kernels.vectormath tells why.
@Fork(
    value = 2,
    jvmArgsAppend = {
      "--add-modules",
      "jdk.incubator.vector",
      "-XX:+UseParallelGC",
      "-XX:ObjectAlignmentInBytes=64",
      "-XX:CompileCommand=quiet",
      "-XX:CompileCommand=inline,cadj.kernels.vectormath.*::*",
      "-XX:CompileCommand=dontinline,*Loops::*"
    })
public abstract class KernelBenchmark {
  private Workload workload;

  /// What the parameters ask for.
  protected abstract Workload workload();

  @Setup
  public final void fill() {
    workload = workload();
  }

  @Benchmark
  public Workload run(Work work) {
    work.done(workload);
    return workload;
  }
}
