package cadj.kernels.cuda;

import cadj.kernels.cuda.DnnCalls.Pass;
import cadj.kernels.cuda.DnnCalls.Ranked;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Dnn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import jcuda.jcudnn.cudnnActivationMode;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgo;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnDeterminism;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnStatus;
import jcuda.jcudnn.cudnnTensorFormat;

/// cuDNN's descriptors for one pass (forward or backward) of a convolution of given sizes, and the
/// algorithm for it.
///
/// cuDNN ranks its algorithms by rules of thumb. The first is taken that gives the same bits each
/// time and needs no more than [#MOST_WORKSPACE]; where all need more, the one that needs least.
/// (Measured rankings would differ from run to run, and the sums' order with them.)
final class ConvolutionPlan implements AutoCloseable {
  /// In bytes. An unfolded image of SD's largest convolutions at batch 1 fits.
  static final long MOST_WORKSPACE = 256L << 20;

  private static final int HOST_ALLOCATION_FAILED = 4003;
  private static final int DEVICE_ALLOCATION_FAILED = 4004;

  private final DnnCalls cudnn;
  private final Pass pass;
  private final Dnn.Sizes sizes;
  private final List<Runnable> closing = new ArrayList<>();
  private final long x;
  private final long y;
  private final long filter;
  private final long convolution;
  private final int algorithm;

  /// Descriptors of addends, or 0.
  private final long bias;

  private final long identity;
  private final long workspaceBytes;

  /// @throws RefusedException if cuDNN does not do this
  /// @throws DeviceOutOfMemoryException if it lacks memory even to say so
  ConvolutionPlan(DnnCalls cudnn, Pass pass, Dnn.Sizes s, boolean tf32) {
    this.cudnn = cudnn;
    this.pass = pass;
    this.sizes = s;
    try {
      x = tensor(s.n(), s.ci(), s.h(), s.w());
      y = tensor(s.n(), s.co(), s.ho(), s.wo());
      long[] made = new long[1];
      check(cudnn.createFilter(made), "describe weights");
      filter = made[0];
      closing.add(() -> cudnn.destroyFilter(filter));
      check(
          cudnn.setFilter(
              filter,
              cudnnTensorFormat.CUDNN_TENSOR_NHWC,
              s.co(),
              s.ci() / s.groups(),
              s.kh(),
              s.kw()),
          "describe weights");
      check(cudnn.createConvolution(made), "describe a convolution");
      convolution = made[0];
      closing.add(() -> cudnn.destroyConvolution(convolution));
      check(
          cudnn.setConvolution(convolution, s.padH(), s.padW(), s.strideH(), s.strideW()),
          "describe a convolution");
      check(cudnn.setGroupCount(convolution, s.groups()), "describe groups");
      check(
          cudnn.setMathType(
              convolution, tf32 ? cudnnMathType.CUDNN_DEFAULT_MATH : cudnnMathType.CUDNN_FMA_MATH),
          "choose a precision");
      List<Ranked> ranked = new ArrayList<>();
      check(cudnn.rank(pass, x, filter, convolution, y, ranked), "find an algorithm");
      Ranked chosen = choose(ranked);
      algorithm = chosen.algorithm();
      workspaceBytes = chosen.workspaceBytes();
      if (pass == Pass.FORWARD
          && algorithm
              == cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM) {
        bias = tensor(1, s.co(), 1, 1);
        check(cudnn.createActivation(made), "describe an activation");
        identity = made[0];
        closing.add(() -> cudnn.destroyActivation(identity));
        check(
            cudnn.setActivation(identity, cudnnActivationMode.CUDNN_ACTIVATION_IDENTITY),
            "describe the identity");
      } else {
        bias = 0;
        identity = 0;
      }
    } catch (CudaException | DeviceOutOfMemoryException e) {
      close();
      throw e;
    }
  }

  private long tensor(int n, int c, int h, int w) {
    long[] made = new long[1];
    check(cudnn.createTensor(made), "describe images");
    long tensor = made[0];
    closing.add(() -> cudnn.destroyTensor(tensor));
    check(
        cudnn.setTensor(tensor, cudnnTensorFormat.CUDNN_TENSOR_NHWC, n, c, h, w),
        "describe images");
    return tensor;
  }

  private Ranked choose(List<Ranked> ranked) {
    List<Ranked> known =
        ranked.stream().map(it -> worksTheSameEachTime(it) ? withThisMathType(it) : it).toList();
    List<Ranked> sure = known.stream().filter(ConvolutionPlan::worksTheSameEachTime).toList();
    return sure.stream()
        .filter(it -> it.workspaceBytes() <= MOST_WORKSPACE)
        .findFirst()
        .or(() -> sure.stream().min(Comparator.comparingLong(Ranked::workspaceBytes)))
        .orElseThrow(
            () ->
                new RefusedException(
                    "cuDNN, %s: no algorithm that works and gives the same bits each time, only %s"
                        .formatted(
                            this,
                            known.stream().map(this::describe).collect(Collectors.joining(", ")))));
  }

  private static boolean worksTheSameEachTime(Ranked it) {
    return it.status() == cudnnStatus.CUDNN_STATUS_SUCCESS
        && it.determinism() == cudnnDeterminism.CUDNN_DETERMINISTIC;
  }

  /// A ranking tells of each algorithm with a math type of its own. With the one that is wanted
  /// here it may need more memory, or not be there at all.
  private Ranked withThisMathType(Ranked it) {
    long[] bytes = new long[1];
    int status = cudnn.workspaceSize(pass, x, filter, convolution, y, it.algorithm(), bytes);
    return new Ranked(it.algorithm(), status, it.determinism(), bytes[0]);
  }

  private String describe(Ranked it) {
    if (it.status() != cudnnStatus.CUDNN_STATUS_SUCCESS) {
      return "algorithm %d: %s".formatted(it.algorithm(), CuDnn.words(cudnn, it.status()));
    }
    return worksTheSameEachTime(it)
        ? "algorithm %d: %d bytes".formatted(it.algorithm(), it.workspaceBytes())
        : "algorithm %d: other bits each time".formatted(it.algorithm());
  }

  /// Computes what the pass computes from the other two.
  ///
  /// @return a status
  int run(long xAt, long filterAt, long yAt, long workspace) {
    return cudnn.convolve(
        pass, x, xAt, filter, filterAt, convolution, algorithm, workspace, workspaceBytes, y, yAt);
  }

  /// Whether cuDNN adds a bias and a residual on the way: with one algorithm only.
  boolean takesAddends() {
    return bias != 0;
  }

  /// Forward, y = x·filter + bias + z.
  ///
  /// @param zAt an image like y, or 0
  /// @return a status
  int run(long xAt, long filterAt, long yAt, long workspace, long biasAt, long zAt) {
    return cudnn.biasActivationForward(
        x,
        xAt,
        filter,
        filterAt,
        convolution,
        algorithm,
        workspace,
        workspaceBytes,
        zAt == 0 ? 0 : 1,
        zAt == 0 ? yAt : zAt, // one is wanted even where it does not count
        bias,
        biasAt,
        identity,
        y,
        yAt);
  }

  /// Whatever a status tells, in an exception of its kind.
  ///
  /// @throws DeviceOutOfMemoryException if it tells of too little memory
  void check(int status, String doing) {
    if (status == cudnnStatus.CUDNN_STATUS_SUCCESS) {
      return;
    }
    String message = "cuDNN, %s of %s: %s".formatted(doing, this, CuDnn.words(cudnn, status));
    throw switch (status) {
      case HOST_ALLOCATION_FAILED, DEVICE_ALLOCATION_FAILED ->
          new DeviceOutOfMemoryException(message);
      default -> new RefusedException(message);
    };
  }

  /// cuDNN's own name of the algorithm.
  String algorithmName() {
    return switch (pass) {
      case FORWARD -> cudnnConvolutionFwdAlgo.stringFor(algorithm);
      case BACKWARD_DATA -> cudnnConvolutionBwdDataAlgo.stringFor(algorithm);
      case BACKWARD_WEIGHT -> cudnnConvolutionBwdFilterAlgo.stringFor(algorithm);
    };
  }

  long workspaceBytes() {
    return workspaceBytes;
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(pass, sizes);
  }

  @Override
  public void close() {
    closing.forEach(Runnable::run);
    closing.clear();
  }
}
