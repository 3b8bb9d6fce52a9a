package cadj.bench.attention;

import cadj.bench.Noise;
import cadj.bench.Work;
import cadj.kernels.attention.AttentionKernel;
import cadj.kernels.attention.AttentionShape;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
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

/// Attention of eight heads over one image, forward and backward.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"})
public class AttentionBenchmark {
  private static final int HEADS = 8;

  /// Layers of the UNet by their place: queries, keys, size of a head.
  public enum Layer {
    SELF_64(4096, 4096, 40),
    CROSS_64(4096, 77, 40),
    SELF_32(1024, 1024, 80),
    CROSS_32(1024, 77, 80),
    SELF_16(256, 256, 160);

    private final int queries;
    private final int keys;
    private final int dim;

    Layer(int queries, int keys, int dim) {
      this.queries = queries;
      this.keys = keys;
      this.dim = dim;
    }
  }

  @Param public Layer layer;

  private AttentionKernel attention;
  private AttentionShape shape;
  private F32 q;
  private F32 k;
  private F32 v;
  private F32 out;
  private F32 lse;
  private F32 dq;
  private F32 dk;
  private F32 dv;
  private F32 dout;

  @Setup
  public void fill() {
    int queries = layer.queries * HEADS * layer.dim;
    int keys = layer.keys * HEADS * layer.dim;
    float scale = (float) (1 / Math.sqrt(layer.dim));
    shape = new AttentionShape(1, HEADS, layer.queries, layer.keys, layer.dim, scale, false);
    Noise noise = new Noise();
    q = noise.buffer(queries);
    k = noise.buffer(keys);
    v = noise.buffer(keys);
    out = noise.buffer(queries);
    lse = noise.buffer(HEADS * layer.queries);
    dq = noise.buffer(queries);
    dk = noise.buffer(keys);
    dv = noise.buffer(keys);
    dout = noise.buffer(queries);
    attention = AttentionKernel.on(Device.current(), q);
    attention.forward(shape, out, lse, q, k, v);
  }

  @Benchmark
  public F32 forward(Work work) {
    attention.forward(shape, out, lse, q, k, v);
    work.add(2 * product());
    return out;
  }

  /// Five products: the scores again, and one for each of dv, the scores' gradient, dq and dk.
  @Benchmark
  public F32 backward(Work work) {
    attention.backward(shape, dq, dk, dv, dout, out, lse, q, k, v);
    work.add(5 * product());
    return dq;
  }

  private double product() {
    return 2.0 * HEADS * layer.queries * layer.keys * layer.dim;
  }
}
