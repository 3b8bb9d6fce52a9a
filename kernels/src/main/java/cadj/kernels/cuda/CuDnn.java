package cadj.kernels.cuda;

import cadj.kernels.cuda.DnnCalls.Pass;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Done;
import cadj.kernels.device.GpuF32;
import cadj.kernels.record.Recording;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jcuda.jcudnn.cudnnStatus;
import org.jspecify.annotations.Nullable;

/// cuDNN, in the driver's stream.
///
/// Images are channels-last (NHWC), and for those cuDNN has all three passes in single precision
/// only if the weights are too, [Co,kh,kw,Ci/groups]. So weights are put in that order before a
/// convolution, and their gradient is put back afterwards, on the device ([Scratch]). How the
/// algorithm is chosen stands in [ConvolutionPlan].
///
/// What cuDNN refuses (it has no algorithm, or one that fails) is told once per plan, in a warning
/// of this class's logger, and left to the caller's own kernels from then on.
public final class CuDnn implements Dnn {
  private static final System.Logger LOG = System.getLogger(CuDnn.class.getName());

  private final JCudaDriver driver;
  private final DnnCalls cudnn;
  private final Map<Key, ConvolutionPlan> plans = new HashMap<>();
  private final Set<Key> refused = new HashSet<>();
  private final Set<Key> refusedWithAddends = new HashSet<>();

  /// The library as it is found.
  ///
  /// @throws CudaException if the library is not there or does not work on this device
  public CuDnn(JCudaDriver driver) {
    this(driver, DnnCalls.open(LibrarySearch.ofThisMachine()));
  }

  CuDnn(JCudaDriver driver, DnnCalls cudnn) {
    this.driver = driver;
    this.cudnn = cudnn;
    driver.enter();
    check(cudnn.create(), "start");
    check(cudnn.setStream(driver.stream()), "use the stream");
  }

  private void check(int status, String doing) {
    if (status != cudnnStatus.CUDNN_STATUS_SUCCESS) {
      throw new CudaException("cuDNN, %s: %s".formatted(doing, words(cudnn, status)));
    }
  }

  static String words(DnnCalls cudnn, int status) {
    return "%s (%d)".formatted(cudnn.words(status), status);
  }

  /// Such as `9.5`.
  public String version() {
    long version = cudnn.version();
    return version / 10_000 + "." + version % 10_000 / 100;
  }

  /// Where the library lies, and what it is called through: for people.
  public String origin() {
    return "%s, through %s".formatted(cudnn.library().origin(), cudnn.through());
  }

  @Override
  public Done forward(
      Sizes sizes,
      GpuF32 y,
      GpuF32 x,
      GpuF32 weight,
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual,
      boolean tf32) {
    return convolve(new Key(Pass.FORWARD, sizes, tf32), x, weight, y, bias, residual);
  }

  @Override
  public boolean backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
    return convolve(new Key(Pass.BACKWARD_DATA, sizes, tf32), dx, weight, dy, null, null)
        != Done.NOTHING;
  }

  @Override
  public boolean backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
    return convolve(new Key(Pass.BACKWARD_WEIGHT, sizes, tf32), x, dweight, dy, null, null)
        != Done.NOTHING;
  }

  private Done convolve(
      Key key,
      GpuF32 x,
      GpuF32 weight,
      GpuF32 y,
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual) {
    if (refused.contains(key)) {
      return Done.NOTHING;
    }
    driver.enter();
    try (Scratch scratch = new Scratch(y.gpu())) {
      ConvolutionPlan plan = plan(key);
      long workspace = scratch.bytes(plan.workspaceBytes());
      long image = key.pass == Pass.BACKWARD_DATA ? scratch.output(x) : scratch.input(x);
      long result = key.pass == Pass.FORWARD ? scratch.output(y) : scratch.input(y);
      long filter =
          key.pass == Pass.BACKWARD_WEIGHT
              ? scratch.channelsLastOutput(key.sizes, weight)
              : scratch.channelsLast(key.sizes, weight);
      boolean added =
          bias != null
              && !refusedWithAddends.contains(key)
              && withAddends(key, plan, scratch, image, filter, result, workspace, bias, residual);
      if (!added) {
        plan.check(plan.run(image, filter, result, workspace), "convolve");
      }
      scratch.finish();
      return added || bias == null && residual == null ? Done.ALL : Done.WITHOUT_ADDENDS;
    } catch (RefusedException e) {
      tell(e, "own kernels compute it");
      refused.add(key);
      return Done.NOTHING;
    }
  }

  /// @return whether it is done
  private boolean withAddends(
      Key key,
      ConvolutionPlan plan,
      Scratch scratch,
      long image,
      long filter,
      long result,
      long workspace,
      GpuF32 bias,
      @Nullable GpuF32 residual) {
    if (!plan.takesAddends()) {
      return false;
    }
    try {
      plan.check(
          plan.run(
              image,
              filter,
              result,
              workspace,
              scratch.input(bias),
              residual == null ? 0 : scratch.input(residual)),
          "convolve and add");
      return true;
    } catch (RefusedException e) {
      tell(e, "addends are added afterwards");
      refusedWithAddends.add(key);
      return false;
    }
  }

  /// @throws CudaException if the device is in no state to go on
  private void tell(RefusedException refusal, String instead) {
    driver.synchronize();
    LOG.log(System.Logger.Level.WARNING, refusal.getMessage() + "; " + instead);
  }

  private ConvolutionPlan plan(Key key) {
    ConvolutionPlan plan =
        plans.computeIfAbsent(key, it -> new ConvolutionPlan(cudnn, it.pass, it.sizes, it.tf32));
    Recording.algorithm(plan::algorithmName);
    return plan;
  }

  @Override
  public void close() {
    driver.enterToClose();
    plans.values().forEach(ConvolutionPlan::close);
    plans.clear();
    cudnn.destroy();
  }

  private record Key(Pass pass, Sizes sizes, boolean tf32) {}
}
