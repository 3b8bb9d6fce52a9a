package cadj.kernels.cuda;

import static jcuda.jcudnn.JCudnn.cudnnCreateConvolutionDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnCreateFilterDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnCreateTensorDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyConvolutionDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyFilterDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyTensorDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardDataWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionForwardAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionForwardWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnSetConvolution2dDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetConvolutionGroupCount;
import static jcuda.jcudnn.JCudnn.cudnnSetConvolutionMathType;
import static jcuda.jcudnn.JCudnn.cudnnSetFilter4dDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetTensor4dDescriptor;

import cadj.kernels.device.Dnn;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnDeterminism;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnStatus;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;

/// cuDNN's descriptors for one pass (forward or backward) of a convolution of given sizes, and the
/// algorithm for it.
///
/// cuDNN ranks its algorithms by rules of thumb. The first is taken that gives the same bits each
/// time and needs no more than [#MOST_WORKSPACE]; where all need more, the one that needs least.
/// (Measured rankings would differ from run to run, and the sums' order with them.)
final class ConvolutionPlan implements AutoCloseable {
  enum Pass {
    FORWARD,
    BACKWARD_DATA,
    BACKWARD_WEIGHT
  }

  /// In bytes. An unfolded image of SD's largest convolutions at batch 1 fits.
  static final long MOST_WORKSPACE = 256L << 20;

  private static final int MOST_ALGORITHMS = 16;

  final cudnnTensorDescriptor x;
  final cudnnTensorDescriptor y;
  final cudnnFilterDescriptor filter = new cudnnFilterDescriptor();
  final cudnnConvolutionDescriptor convolution = new cudnnConvolutionDescriptor();
  private final Pass pass;
  private final Dnn.Sizes sizes;
  private final int algorithm;
  private final long workspaceBytes;

  ConvolutionPlan(cudnnHandle handle, Pass pass, Dnn.Sizes s, boolean tf32) {
    this.pass = pass;
    this.sizes = s;
    x = image(s.n(), s.ci(), s.h(), s.w());
    y = image(s.n(), s.co(), s.ho(), s.wo());
    CuDnn.check(cudnnCreateFilterDescriptor(filter), "describe weights");
    CuDnn.check(
        cudnnSetFilter4dDescriptor(
            filter,
            cudnnDataType.CUDNN_DATA_FLOAT,
            cudnnTensorFormat.CUDNN_TENSOR_NHWC,
            s.co(),
            s.ci() / s.groups(),
            s.kh(),
            s.kw()),
        "describe the weights of %s",
        s);
    CuDnn.check(cudnnCreateConvolutionDescriptor(convolution), "describe a convolution");
    CuDnn.check(
        cudnnSetConvolution2dDescriptor(
            convolution,
            s.padH(),
            s.padW(),
            s.strideH(),
            s.strideW(),
            1,
            1,
            cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
            cudnnDataType.CUDNN_DATA_FLOAT),
        "describe %s",
        s);
    CuDnn.check(
        cudnnSetConvolutionGroupCount(convolution, s.groups()), "describe the groups of %s", s);
    CuDnn.check(
        cudnnSetConvolutionMathType(convolution, mathType(tf32)), "choose the math type of %s", s);
    Algorithm chosen = choose(handle, algorithms(handle));
    algorithm = chosen.number;
    workspaceBytes = chosen.bytes;
  }

  private static cudnnTensorDescriptor image(int n, int c, int h, int w) {
    cudnnTensorDescriptor image = new cudnnTensorDescriptor();
    CuDnn.check(cudnnCreateTensorDescriptor(image), "describe images");
    CuDnn.check(
        cudnnSetTensor4dDescriptor(
            image, cudnnTensorFormat.CUDNN_TENSOR_NHWC, cudnnDataType.CUDNN_DATA_FLOAT, n, c, h, w),
        "describe images [%d,%d,%d,%d]",
        n,
        h,
        w,
        c);
    return image;
  }

  private static int mathType(boolean tf32) {
    return tf32
        ? cudnnMathType.CUDNN_DEFAULT_MATH // TF32 where the device has it
        : cudnnMathType.CUDNN_FMA_MATH;
  }

  private List<Algorithm> algorithms(cudnnHandle handle) {
    int[] count = new int[1];
    return switch (pass) {
      case FORWARD -> {
        var found = new cudnnConvolutionFwdAlgoPerf[MOST_ALGORITHMS];
        CuDnn.check(
            cudnnGetConvolutionForwardAlgorithm_v7(
                handle, x, filter, convolution, y, MOST_ALGORITHMS, count, found),
            "find an algorithm for %s",
            this);
        yield Stream.of(found)
            .limit(count[0])
            .map(it -> new Algorithm(it.algo, it.status, it.determinism, it.memory))
            .toList();
      }
      case BACKWARD_DATA -> {
        var found = new cudnnConvolutionBwdDataAlgoPerf[MOST_ALGORITHMS];
        CuDnn.check(
            cudnnGetConvolutionBackwardDataAlgorithm_v7(
                handle, filter, y, convolution, x, MOST_ALGORITHMS, count, found),
            "find an algorithm for %s",
            this);
        yield Stream.of(found)
            .limit(count[0])
            .map(it -> new Algorithm(it.algo, it.status, it.determinism, it.memory))
            .toList();
      }
      case BACKWARD_WEIGHT -> {
        var found = new cudnnConvolutionBwdFilterAlgoPerf[MOST_ALGORITHMS];
        CuDnn.check(
            cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                handle, x, y, convolution, filter, MOST_ALGORITHMS, count, found),
            "find an algorithm for %s",
            this);
        yield Stream.of(found)
            .limit(count[0])
            .map(it -> new Algorithm(it.algo, it.status, it.determinism, it.memory))
            .toList();
      }
    };
  }

  private Algorithm choose(cudnnHandle handle, List<Algorithm> ranked) {
    List<Algorithm> known =
        ranked.stream()
            .map(it -> it.worksTheSameEachTime() ? withThisMathType(handle, it) : it)
            .toList();
    List<Algorithm> sure = known.stream().filter(Algorithm::worksTheSameEachTime).toList();
    return sure.stream()
        .filter(it -> it.bytes <= MOST_WORKSPACE)
        .findFirst()
        .or(() -> sure.stream().min(Comparator.comparingLong(Algorithm::bytes)))
        .orElseThrow(
            () ->
                new CudaException(
                    "cuDNN, %s: no algorithm that works and gives the same bits each time, only %s; --no-nvidia-libs does without"
                        .formatted(
                            this,
                            known.stream()
                                .map(Algorithm::toString)
                                .collect(Collectors.joining(", ")))));
  }

  /// A ranking tells of each algorithm with a math type of its own. With the one that is wanted
  /// here it may need more memory, or not be there at all.
  private Algorithm withThisMathType(cudnnHandle handle, Algorithm it) {
    long[] bytes = new long[1];
    int status =
        switch (pass) {
          case FORWARD ->
              cudnnGetConvolutionForwardWorkspaceSize(
                  handle, x, filter, convolution, y, it.number, bytes);
          case BACKWARD_DATA ->
              cudnnGetConvolutionBackwardDataWorkspaceSize(
                  handle, filter, y, convolution, x, it.number, bytes);
          case BACKWARD_WEIGHT ->
              cudnnGetConvolutionBackwardFilterWorkspaceSize(
                  handle, x, y, convolution, filter, it.number, bytes);
        };
    return new Algorithm(it.number, status, it.determinism, bytes[0]);
  }

  int algorithm() {
    return algorithm;
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
    cudnnDestroyTensorDescriptor(x);
    cudnnDestroyTensorDescriptor(y);
    cudnnDestroyFilterDescriptor(filter);
    cudnnDestroyConvolutionDescriptor(convolution);
  }

  private record Algorithm(int number, int status, int determinism, long bytes) {
    boolean worksTheSameEachTime() {
      return status == cudnnStatus.CUDNN_STATUS_SUCCESS
          && determinism == cudnnDeterminism.CUDNN_DETERMINISTIC;
    }

    @Override
    public String toString() {
      if (status != cudnnStatus.CUDNN_STATUS_SUCCESS) {
        return "algorithm %d: %s".formatted(number, CuDnn.words(status));
      }
      return worksTheSameEachTime()
          ? "algorithm %d: %d bytes".formatted(number, bytes)
          : "algorithm %d: other bits each time".formatted(number);
    }
  }
}
