package cadj.kernels.cuda;

import static jcuda.jcudnn.JCudnn.cudnnConvolutionBackwardData;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionBackwardFilter;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionForward;
import static jcuda.jcudnn.JCudnn.cudnnCreate;
import static jcuda.jcudnn.JCudnn.cudnnDestroy;
import static jcuda.jcudnn.JCudnn.cudnnGetErrorString;
import static jcuda.jcudnn.JCudnn.cudnnGetVersion;
import static jcuda.jcudnn.JCudnn.cudnnSetStream;

import cadj.kernels.device.Dnn;
import cadj.kernels.device.GpuF32;
import cadj.kernels.record.Recording;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnStatus;
import jcuda.runtime.cudaStream_t;

/// cuDNN, in the driver's stream.
///
/// Images are channels-last (NHWC), and for those cuDNN has all three passes in single precision
/// only if the weights are too, [Co,kh,kw,Ci/groups]. So weights are put in that order before a
/// convolution, and their gradient is put back afterwards, on the device ([Scratch]). How the
/// algorithm is chosen stands in [ConvolutionPlan].
public final class CuDnn implements Dnn {
  private final JCudaDriver driver;
  private final cudnnHandle handle = new cudnnHandle();
  private final Arena arena = Arena.ofShared();
  private final Address one = Address.of(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1));
  private final Address zero = Address.of(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0));
  private final Map<Key, ConvolutionPlan> plans = new HashMap<>();

  /// @throws CudaException if the library is not there or does not work on this device
  public CuDnn(JCudaDriver driver) {
    JCudaLibrary.DNN.require();
    this.driver = driver;
    driver.enter();
    check(cudnnCreate(handle), "start");
    check(cudnnSetStream(handle, new cudaStream_t(driver.stream())), "use the stream");
  }

  /// Such as `9.5`.
  public String version() {
    long version = cudnnGetVersion();
    return version / 10_000 + "." + version % 10_000 / 100;
  }

  @Override
  public void forward(Sizes sizes, GpuF32 y, GpuF32 x, GpuF32 weight, boolean tf32) {
    driver.enter();
    ConvolutionPlan plan = plan(ConvolutionPlan.Pass.FORWARD, sizes, tf32);
    try (Scratch scratch = new Scratch(y.gpu())) {
      Address workspace = scratch.bytes(plan.workspaceBytes());
      Address image = scratch.input(x);
      Address filter = scratch.channelsLast(sizes, weight);
      Address result = scratch.output(y);
      check(
          cudnnConvolutionForward(
              handle,
              one,
              plan.x,
              image,
              plan.filter,
              filter,
              plan.convolution,
              plan.algorithm(),
              workspace,
              plan.workspaceBytes(),
              zero,
              plan.y,
              result),
          "%s",
          plan);
    }
  }

  @Override
  public void backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
    driver.enter();
    ConvolutionPlan plan = plan(ConvolutionPlan.Pass.BACKWARD_DATA, sizes, tf32);
    try (Scratch scratch = new Scratch(dx.gpu())) {
      Address workspace = scratch.bytes(plan.workspaceBytes());
      Address gradient = scratch.input(dy);
      Address filter = scratch.channelsLast(sizes, weight);
      Address result = scratch.output(dx);
      check(
          cudnnConvolutionBackwardData(
              handle,
              one,
              plan.filter,
              filter,
              plan.y,
              gradient,
              plan.convolution,
              plan.algorithm(),
              workspace,
              plan.workspaceBytes(),
              zero,
              plan.x,
              result),
          "%s",
          plan);
    }
  }

  @Override
  public void backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
    driver.enter();
    ConvolutionPlan plan = plan(ConvolutionPlan.Pass.BACKWARD_WEIGHT, sizes, tf32);
    try (Scratch scratch = new Scratch(dweight.gpu())) {
      Address workspace = scratch.bytes(plan.workspaceBytes());
      Address image = scratch.input(x);
      Address gradient = scratch.input(dy);
      Address result = scratch.channelsLastOutput(sizes, dweight);
      check(
          cudnnConvolutionBackwardFilter(
              handle,
              one,
              plan.x,
              image,
              plan.y,
              gradient,
              plan.convolution,
              plan.algorithm(),
              workspace,
              plan.workspaceBytes(),
              zero,
              plan.filter,
              result),
          "%s",
          plan);
    }
  }

  private ConvolutionPlan plan(ConvolutionPlan.Pass pass, Sizes sizes, boolean tf32) {
    ConvolutionPlan plan =
        plans.computeIfAbsent(
            new Key(pass, sizes, tf32),
            key -> new ConvolutionPlan(handle, key.pass, key.sizes, key.tf32));
    Recording.algorithm(plan::algorithmName);
    return plan;
  }

  static void check(int status, String doing, Object... sizes) {
    if (status != cudnnStatus.CUDNN_STATUS_SUCCESS) {
      throw new CudaException("cuDNN, %s: %s".formatted(doing.formatted(sizes), words(status)));
    }
  }

  /// JCudnn's own names are those of cuDNN 8, whose numbers cuDNN 9 no longer uses.
  static String words(int status) {
    return "%s (%d)".formatted(cudnnGetErrorString(status), status);
  }

  @Override
  public void close() {
    driver.enterToClose();
    plans.values().forEach(ConvolutionPlan::close);
    plans.clear();
    cudnnDestroy(handle);
    arena.close();
  }

  private record Key(ConvolutionPlan.Pass pass, Sizes sizes, boolean tf32) {}
}
