package cadj.kernels.cuda;

import static jcuda.jcudnn.JCudnn.cudnnConvolutionBackwardData;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionBackwardFilter;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionBiasActivationForward;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionForward;
import static jcuda.jcudnn.JCudnn.cudnnCreate;
import static jcuda.jcudnn.JCudnn.cudnnCreateActivationDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnCreateConvolutionDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnCreateFilterDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnCreateTensorDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroy;
import static jcuda.jcudnn.JCudnn.cudnnDestroyActivationDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyConvolutionDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyFilterDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyTensorDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardDataWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionForwardAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionForwardWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnGetErrorString;
import static jcuda.jcudnn.JCudnn.cudnnGetVersion;
import static jcuda.jcudnn.JCudnn.cudnnSetActivationDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetConvolution2dDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetConvolutionGroupCount;
import static jcuda.jcudnn.JCudnn.cudnnSetConvolutionMathType;
import static jcuda.jcudnn.JCudnn.cudnnSetFilter4dDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetStream;
import static jcuda.jcudnn.JCudnn.cudnnSetTensor4dDescriptor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnNanPropagation;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.runtime.cudaStream_t;

/// cuDNN through JCuda, whose descriptors are objects: they are numbered here.
final class JCudaDnn implements DnnCalls {
  private static final int MOST_ALGORITHMS = 16;

  /// cuDNN 9's number.
  private static final int INTERNAL_ERROR = 4000;

  private final SharedLibrary library;
  private final cudnnHandle handle = new cudnnHandle();
  private final Arena arena = Arena.ofShared();
  private final Address one = Address.of(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1));
  private final Address zero = Address.of(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0));
  private final MemorySegment factor = arena.allocate(ValueLayout.JAVA_FLOAT);
  private final Map<Long, cudnnTensorDescriptor> tensors = new HashMap<>();
  private final Map<Long, cudnnFilterDescriptor> filters = new HashMap<>();
  private final Map<Long, cudnnConvolutionDescriptor> convolutions = new HashMap<>();
  private final Map<Long, cudnnActivationDescriptor> activations = new HashMap<>();
  private long last;

  JCudaDnn(SharedLibrary library) {
    this.library = library;
  }

  @Override
  public SharedLibrary library() {
    return library;
  }

  @Override
  public String through() {
    return "JCuda";
  }

  @Override
  public long version() {
    return cudnnGetVersion();
  }

  /// JCudnn's own names are those of cuDNN 8, whose numbers cuDNN 9 no longer uses.
  @Override
  public String words(int status) {
    return cudnnGetErrorString(status);
  }

  @Override
  public int create() {
    return cudnnCreate(handle);
  }

  @Override
  public int setStream(DeviceStream stream) {
    return cudnnSetStream(handle, new cudaStream_t(stream));
  }

  private <T> T numbered(long[] number, Map<Long, T> all, T descriptor) {
    number[0] = ++last;
    all.put(last, descriptor);
    return descriptor;
  }

  private static <T> T at(Map<Long, T> all, long number) {
    return Objects.requireNonNull(all.get(number));
  }

  private static <T> T taken(Map<Long, T> all, long number) {
    return Objects.requireNonNull(all.remove(number));
  }

  @Override
  public int createTensor(long[] descriptor) {
    return cudnnCreateTensorDescriptor(numbered(descriptor, tensors, new cudnnTensorDescriptor()));
  }

  @Override
  public int setTensor(long descriptor, int format, int n, int c, int h, int w) {
    return cudnnSetTensor4dDescriptor(
        at(tensors, descriptor), format, cudnnDataType.CUDNN_DATA_FLOAT, n, c, h, w);
  }

  @Override
  public int createFilter(long[] descriptor) {
    return cudnnCreateFilterDescriptor(numbered(descriptor, filters, new cudnnFilterDescriptor()));
  }

  @Override
  public int setFilter(long descriptor, int format, int k, int c, int h, int w) {
    return cudnnSetFilter4dDescriptor(
        at(filters, descriptor), cudnnDataType.CUDNN_DATA_FLOAT, format, k, c, h, w);
  }

  @Override
  public int createConvolution(long[] descriptor) {
    return cudnnCreateConvolutionDescriptor(
        numbered(descriptor, convolutions, new cudnnConvolutionDescriptor()));
  }

  @Override
  public int setConvolution(long descriptor, int padH, int padW, int strideH, int strideW) {
    return cudnnSetConvolution2dDescriptor(
        at(convolutions, descriptor),
        padH,
        padW,
        strideH,
        strideW,
        1,
        1,
        cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
        cudnnDataType.CUDNN_DATA_FLOAT);
  }

  @Override
  public int setGroupCount(long convolution, int groups) {
    return cudnnSetConvolutionGroupCount(at(convolutions, convolution), groups);
  }

  @Override
  public int setMathType(long convolution, int mathType) {
    return cudnnSetConvolutionMathType(at(convolutions, convolution), mathType);
  }

  @Override
  public int createActivation(long[] descriptor) {
    return cudnnCreateActivationDescriptor(
        numbered(descriptor, activations, new cudnnActivationDescriptor()));
  }

  @Override
  public int setActivation(long descriptor, int mode) {
    return cudnnSetActivationDescriptor(
        at(activations, descriptor), mode, cudnnNanPropagation.CUDNN_PROPAGATE_NAN, 0);
  }

  @Override
  public void destroyTensor(long descriptor) {
    cudnnDestroyTensorDescriptor(taken(tensors, descriptor));
  }

  @Override
  public void destroyFilter(long descriptor) {
    cudnnDestroyFilterDescriptor(taken(filters, descriptor));
  }

  @Override
  public void destroyConvolution(long descriptor) {
    cudnnDestroyConvolutionDescriptor(taken(convolutions, descriptor));
  }

  @Override
  public void destroyActivation(long descriptor) {
    cudnnDestroyActivationDescriptor(taken(activations, descriptor));
  }

  /// After a failed call JCuda goes on to read results that are not there, and may find that there
  /// are too many of them: what failed is lost then.
  @Override
  public int rank(Pass pass, long x, long filter, long convolution, long y, List<Ranked> found) {
    try {
      return rankIfSupported(pass, x, filter, convolution, y, found);
    } catch (ArrayIndexOutOfBoundsException failed) {
      found.clear();
      return INTERNAL_ERROR;
    }
  }

  private int rankIfSupported(
      Pass pass, long x, long filter, long convolution, long y, List<Ranked> found) {
    cudnnTensorDescriptor image = at(tensors, x);
    cudnnFilterDescriptor weight = at(filters, filter);
    cudnnConvolutionDescriptor what = at(convolutions, convolution);
    cudnnTensorDescriptor result = at(tensors, y);
    int[] count = new int[1];
    return switch (pass) {
      case FORWARD -> {
        var all = new cudnnConvolutionFwdAlgoPerf[MOST_ALGORITHMS];
        int status =
            cudnnGetConvolutionForwardAlgorithm_v7(
                handle, image, weight, what, result, MOST_ALGORITHMS, count, all);
        Stream.of(all)
            .limit(count[0])
            .map(it -> new Ranked(it.algo, it.status, it.determinism, it.memory))
            .forEach(found::add);
        yield status;
      }
      case BACKWARD_DATA -> {
        var all = new cudnnConvolutionBwdDataAlgoPerf[MOST_ALGORITHMS];
        int status =
            cudnnGetConvolutionBackwardDataAlgorithm_v7(
                handle, weight, result, what, image, MOST_ALGORITHMS, count, all);
        Stream.of(all)
            .limit(count[0])
            .map(it -> new Ranked(it.algo, it.status, it.determinism, it.memory))
            .forEach(found::add);
        yield status;
      }
      case BACKWARD_WEIGHT -> {
        var all = new cudnnConvolutionBwdFilterAlgoPerf[MOST_ALGORITHMS];
        int status =
            cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                handle, image, result, what, weight, MOST_ALGORITHMS, count, all);
        Stream.of(all)
            .limit(count[0])
            .map(it -> new Ranked(it.algo, it.status, it.determinism, it.memory))
            .forEach(found::add);
        yield status;
      }
    };
  }

  @Override
  public int workspaceSize(
      Pass pass, long x, long filter, long convolution, long y, int algorithm, long[] bytes) {
    cudnnTensorDescriptor image = at(tensors, x);
    cudnnFilterDescriptor weight = at(filters, filter);
    cudnnConvolutionDescriptor what = at(convolutions, convolution);
    cudnnTensorDescriptor result = at(tensors, y);
    return switch (pass) {
      case FORWARD ->
          cudnnGetConvolutionForwardWorkspaceSize(
              handle, image, weight, what, result, algorithm, bytes);
      case BACKWARD_DATA ->
          cudnnGetConvolutionBackwardDataWorkspaceSize(
              handle, weight, result, what, image, algorithm, bytes);
      case BACKWARD_WEIGHT ->
          cudnnGetConvolutionBackwardFilterWorkspaceSize(
              handle, image, result, what, weight, algorithm, bytes);
    };
  }

  @Override
  public int convolve(
      Pass pass,
      long x,
      long xAt,
      long filter,
      long filterAt,
      long convolution,
      int algorithm,
      long workspace,
      long workspaceBytes,
      long y,
      long yAt) {
    cudnnTensorDescriptor image = at(tensors, x);
    cudnnFilterDescriptor weight = at(filters, filter);
    cudnnConvolutionDescriptor what = at(convolutions, convolution);
    cudnnTensorDescriptor result = at(tensors, y);
    Address imageAt = new Address(xAt);
    Address weightAt = new Address(filterAt);
    Address resultAt = new Address(yAt);
    Address work = new Address(workspace);
    return switch (pass) {
      case FORWARD ->
          cudnnConvolutionForward(
              handle,
              one,
              image,
              imageAt,
              weight,
              weightAt,
              what,
              algorithm,
              work,
              workspaceBytes,
              zero,
              result,
              resultAt);
      case BACKWARD_DATA ->
          cudnnConvolutionBackwardData(
              handle,
              one,
              weight,
              weightAt,
              result,
              resultAt,
              what,
              algorithm,
              work,
              workspaceBytes,
              zero,
              image,
              imageAt);
      case BACKWARD_WEIGHT ->
          cudnnConvolutionBackwardFilter(
              handle,
              one,
              image,
              imageAt,
              result,
              resultAt,
              what,
              algorithm,
              work,
              workspaceBytes,
              zero,
              weight,
              weightAt);
    };
  }

  @Override
  public int biasActivationForward(
      long x,
      long xAt,
      long filter,
      long filterAt,
      long convolution,
      int algorithm,
      long workspace,
      long workspaceBytes,
      float zFactor,
      long zAt,
      long bias,
      long biasAt,
      long activation,
      long y,
      long yAt) {
    factor.set(ValueLayout.JAVA_FLOAT, 0, zFactor);
    return cudnnConvolutionBiasActivationForward(
        handle,
        one,
        at(tensors, x),
        new Address(xAt),
        at(filters, filter),
        new Address(filterAt),
        at(convolutions, convolution),
        algorithm,
        new Address(workspace),
        workspaceBytes,
        Address.of(factor),
        at(tensors, y),
        new Address(zAt),
        at(tensors, bias),
        new Address(biasAt),
        at(activations, activation),
        at(tensors, y),
        new Address(yAt));
  }

  @Override
  public void destroy() {
    cudnnDestroy(handle);
    arena.close();
  }
}
