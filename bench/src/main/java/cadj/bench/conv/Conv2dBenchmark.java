package cadj.bench.conv;

import cadj.bench.Noise;
import cadj.bench.Work;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
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

/// A 3×3 convolution of one image and both its gradients.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"})
public class Conv2dBenchmark {
  /// Layers of UNet and decoder by their place: side of the image, channels in and out, stride.
  public enum Layer {
    RESNET_64(64, 320, 320, 1),
    DOWNSAMPLE_64(64, 320, 320, 2),
    RESNET_32(32, 640, 640, 1),
    RESNET_16(16, 1280, 1280, 1),
    RESNET_UP_8(8, 2560, 1280, 1),
    DECODER_256(256, 128, 128, 1);

    private final int side;
    private final int ci;
    private final int co;
    private final int stride;

    Layer(int side, int ci, int co, int stride) {
      this.side = side;
      this.ci = ci;
      this.co = co;
      this.stride = stride;
    }
  }

  @Param public Layer layer;

  private Conv2dKernel conv;
  private Conv2dShape shape;
  private F32 x;
  private F32 weight;
  private F32 bias;
  private F32 y;

  @Setup
  public void fill() {
    int side = layer.side;
    int stride = layer.stride;
    shape = new Conv2dShape(1, layer.ci, side, side, layer.co, 3, 3, stride, stride, 1, 1, 1, 1, 1);
    Noise noise = new Noise();
    x = noise.buffer(side * side * layer.ci);
    weight = noise.buffer(layer.co * layer.ci * 9);
    bias = noise.buffer(layer.co);
    y = noise.buffer(shape.ho() * shape.wo() * layer.co);
    conv = Conv2dKernel.on(Device.current(), y);
  }

  @Benchmark
  public F32 forward(Work work) {
    conv.forward(shape, y, x, weight, bias);
    return count(work, y);
  }

  @Benchmark
  public F32 inputGradient(Work work) {
    conv.backwardData(shape, x, y, weight);
    return count(work, x);
  }

  @Benchmark
  public F32 weightGradient(Work work) {
    conv.backwardWeight(shape, weight, y, x);
    return count(work, weight);
  }

  private F32 count(Work work, F32 result) {
    work.add(2.0 * shape.ho() * shape.wo() * layer.co * layer.ci * 9);
    return result;
  }
}
