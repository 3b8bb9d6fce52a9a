package cadj.bench.gemm;

import cadj.bench.Noise;
import cadj.bench.Work;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.gemm.GemmShape;
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

/// The three products of a linear layer, x [m,k], weight [n,k], y [m,n].
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"})
public class GemmBenchmark {
  /// Layers of the UNet by their place: side of the image in tokens, and channels in and out.
  public enum Layer {
    PROJECTION_64(4096, 320, 320),
    FEED_FORWARD_IN_64(4096, 2560, 320),
    FEED_FORWARD_OUT_64(4096, 320, 1280),
    PROJECTION_32(1024, 640, 640),
    FEED_FORWARD_IN_32(1024, 5120, 640),
    PROJECTION_16(256, 1280, 1280),
    FEED_FORWARD_IN_16(256, 10240, 1280),
    TEXT_KEYS(77, 768, 768);

    private final int m;
    private final int n;
    private final int k;

    Layer(int m, int n, int k) {
      this.m = m;
      this.n = n;
      this.k = k;
    }
  }

  @Param public Layer layer;

  private GemmKernel gemm;
  private F32 x;
  private F32 weight;
  private F32 bias;
  private F32 y;
  private GemmShape forward;
  private GemmShape inputGradient;
  private GemmShape weightGradient;

  @Setup
  public void fill() {
    int m = layer.m;
    int n = layer.n;
    int k = layer.k;
    Noise noise = new Noise();
    x = noise.buffer(m * k);
    weight = noise.buffer(n * k);
    bias = noise.buffer(n);
    y = noise.buffer(m * n);
    gemm = GemmKernel.on(Device.current(), y);
    forward = GemmShape.of(false, true, m, n, k);
    inputGradient = GemmShape.of(false, false, m, k, n);
    weightGradient = GemmShape.of(true, false, n, k, m);
  }

  /// y = x·weightᵀ + bias
  @Benchmark
  public F32 forward(Work work) {
    gemm.multiply(forward, y, x, weight, bias);
    return count(work, y);
  }

  /// dx = dy·weight
  @Benchmark
  public F32 inputGradient(Work work) {
    gemm.multiply(inputGradient, x, y, weight, null);
    return count(work, x);
  }

  /// dweight = dyᵀ·x
  @Benchmark
  public F32 weightGradient(Work work) {
    gemm.multiply(weightGradient, weight, y, x, null);
    return count(work, weight);
  }

  private F32 count(Work work, F32 result) {
    work.add(2.0 * layer.m * layer.n * layer.k);
    return result;
  }
}
