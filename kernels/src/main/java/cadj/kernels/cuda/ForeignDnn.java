package cadj.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnNanPropagation;
import jcuda.jcudnn.cudnnStatus;

/// cuDNN 9's own functions.
final class ForeignDnn implements DnnCalls {
  private static final int MOST_ALGORITHMS = 16;

  /// `cudnnConvolution…AlgoPerf_t`, which is the same for all passes, and where its fields lie:
  /// algorithm, status, a time, 4 bytes unused, the workspace's size, determinism, the math type,
  /// three reserved, 4 bytes unused.
  private static final int RANKED_BYTES = 48;

  private static final int STATUS_AT = 4;
  private static final int WORKSPACE_AT = 16;
  private static final int DETERMINISM_AT = 24;

  private final SharedLibrary library;
  private final ForeignFunctions functions;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment one = arena.allocateFrom(JAVA_FLOAT, 1);
  private final MemorySegment zero = arena.allocateFrom(JAVA_FLOAT, 0);
  private final MemorySegment factor = arena.allocate(JAVA_FLOAT);
  private final MethodHandle errorString;
  private final MethodHandle setTensor;
  private final MethodHandle setFilter;
  private final MethodHandle setConvolution;
  private final MethodHandle setGroupCount;
  private final MethodHandle setMathType;
  private final MethodHandle setActivation;
  private final MethodHandle biasActivationForward;
  private final Map<Pass, MethodHandle> rank = new EnumMap<>(Pass.class);
  private final Map<Pass, MethodHandle> workspaceSize = new EnumMap<>(Pass.class);
  private final Map<Pass, MethodHandle> convolve = new EnumMap<>(Pass.class);
  private long handle;

  /// @throws CudaException if one of the functions is not there
  ForeignDnn(SharedLibrary library) {
    this.library = library;
    functions = new ForeignFunctions(library);
    errorString = functions.words("cudnnGetErrorString");
    setTensor =
        functions.status(
            "cudnnSetTensor4dDescriptor",
            JAVA_LONG, // descriptor
            JAVA_INT, // format
            JAVA_INT, // data type
            JAVA_INT, // n
            JAVA_INT, // c
            JAVA_INT, // h
            JAVA_INT); // w
    setFilter =
        functions.status(
            "cudnnSetFilter4dDescriptor",
            JAVA_LONG, // descriptor
            JAVA_INT, // data type
            JAVA_INT, // format
            JAVA_INT, // k
            JAVA_INT, // c
            JAVA_INT, // h
            JAVA_INT); // w
    setConvolution =
        functions.status(
            "cudnnSetConvolution2dDescriptor",
            JAVA_LONG, // descriptor
            JAVA_INT, // pad_h
            JAVA_INT, // pad_w
            JAVA_INT, // u, the vertical stride
            JAVA_INT, // v
            JAVA_INT, // dilation_h
            JAVA_INT, // dilation_w
            JAVA_INT, // mode
            JAVA_INT); // compute type
    setGroupCount = functions.status("cudnnSetConvolutionGroupCount", JAVA_LONG, JAVA_INT);
    setMathType = functions.status("cudnnSetConvolutionMathType", JAVA_LONG, JAVA_INT);
    setActivation =
        functions.status(
            "cudnnSetActivationDescriptor", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_DOUBLE);
    biasActivationForward =
        functions.status(
            "cudnnConvolutionBiasActivationForward",
            JAVA_LONG, // handle
            JAVA_LONG, // alpha1
            JAVA_LONG, // xDesc
            JAVA_LONG, // x
            JAVA_LONG, // wDesc
            JAVA_LONG, // w
            JAVA_LONG, // convDesc
            JAVA_INT, // algo
            JAVA_LONG, // workSpace
            JAVA_LONG, // workSpaceSizeInBytes
            JAVA_LONG, // alpha2
            JAVA_LONG, // zDesc
            JAVA_LONG, // z
            JAVA_LONG, // biasDesc
            JAVA_LONG, // bias
            JAVA_LONG, // activationDesc
            JAVA_LONG, // yDesc
            JAVA_LONG); // y
    for (Pass pass : Pass.values()) {
      String asked =
          switch (pass) {
            case FORWARD -> "Forward";
            case BACKWARD_DATA -> "BackwardData";
            case BACKWARD_WEIGHT -> "BackwardFilter";
          };
      rank.put(
          pass,
          functions.status(
              "cudnnGetConvolution%sAlgorithm_v7".formatted(asked),
              JAVA_LONG, // handle
              JAVA_LONG, // the descriptors of the two inputs, the convolution, the output, in turn
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_INT, // requestedAlgoCount
              JAVA_LONG, // returnedAlgoCount
              JAVA_LONG)); // perfResults
      workspaceSize.put(
          pass,
          functions.status(
              "cudnnGetConvolution%sWorkspaceSize".formatted(asked),
              JAVA_LONG, // handle
              JAVA_LONG, // the descriptors of the two inputs, the convolution, the output, in turn
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_INT, // algo
              JAVA_LONG)); // sizeInBytes
      convolve.put(
          pass,
          functions.status(
              "cudnnConvolution" + asked,
              JAVA_LONG, // handle
              JAVA_LONG, // alpha
              JAVA_LONG, // the first input's descriptor and address
              JAVA_LONG,
              JAVA_LONG, // the second input's
              JAVA_LONG,
              JAVA_LONG, // convDesc
              JAVA_INT, // algo
              JAVA_LONG, // workSpace
              JAVA_LONG, // workSpaceSizeInBytes
              JAVA_LONG, // beta
              JAVA_LONG, // the output's descriptor and address
              JAVA_LONG));
    }
  }

  @Override
  public SharedLibrary library() {
    return library;
  }

  @Override
  public String through() {
    return "java.lang.foreign";
  }

  @Override
  public long version() {
    try {
      return (long) functions.size("cudnnGetVersion").invokeExact();
    } catch (Throwable e) {
      throw ForeignFunctions.unexpected(e);
    }
  }

  @Override
  public String words(int status) {
    return ForeignFunctions.words(errorString, status);
  }

  @Override
  public int create() {
    long[] made = new long[1];
    int status = ForeignFunctions.out(made, functions.status("cudnnCreate", JAVA_LONG));
    handle = made[0];
    return status;
  }

  @Override
  public int setStream(DeviceStream stream) {
    return ForeignFunctions.call(
        functions.status("cudnnSetStream", JAVA_LONG, JAVA_LONG), handle, stream.address());
  }

  private int make(long[] descriptor, String kind) {
    return ForeignFunctions.out(
        descriptor, functions.status("cudnnCreate%sDescriptor".formatted(kind), JAVA_LONG));
  }

  private void destroy(long descriptor, String kind) {
    ForeignFunctions.call(
        functions.status("cudnnDestroy%sDescriptor".formatted(kind), JAVA_LONG), descriptor);
  }

  @Override
  public int createTensor(long[] descriptor) {
    return make(descriptor, "Tensor");
  }

  @Override
  public int setTensor(long descriptor, int format, int n, int c, int h, int w) {
    return ForeignFunctions.call(
        setTensor, descriptor, format, cudnnDataType.CUDNN_DATA_FLOAT, n, c, h, w);
  }

  @Override
  public int createFilter(long[] descriptor) {
    return make(descriptor, "Filter");
  }

  @Override
  public int setFilter(long descriptor, int format, int k, int c, int h, int w) {
    return ForeignFunctions.call(
        setFilter, descriptor, cudnnDataType.CUDNN_DATA_FLOAT, format, k, c, h, w);
  }

  @Override
  public int createConvolution(long[] descriptor) {
    return make(descriptor, "Convolution");
  }

  @Override
  public int setConvolution(long descriptor, int padH, int padW, int strideH, int strideW) {
    return ForeignFunctions.call(
        setConvolution,
        descriptor,
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
    return ForeignFunctions.call(setGroupCount, convolution, groups);
  }

  @Override
  public int setMathType(long convolution, int mathType) {
    return ForeignFunctions.call(setMathType, convolution, mathType);
  }

  @Override
  public int createActivation(long[] descriptor) {
    return make(descriptor, "Activation");
  }

  @Override
  public int setActivation(long descriptor, int mode) {
    return ForeignFunctions.call(
        setActivation, descriptor, mode, cudnnNanPropagation.CUDNN_PROPAGATE_NAN, 0.0);
  }

  @Override
  public void destroyTensor(long descriptor) {
    destroy(descriptor, "Tensor");
  }

  @Override
  public void destroyFilter(long descriptor) {
    destroy(descriptor, "Filter");
  }

  @Override
  public void destroyConvolution(long descriptor) {
    destroy(descriptor, "Convolution");
  }

  @Override
  public void destroyActivation(long descriptor) {
    destroy(descriptor, "Activation");
  }

  private static MethodHandle of(Map<Pass, MethodHandle> functions, Pass pass) {
    return Objects.requireNonNull(functions.get(pass));
  }

  /// Inputs, in C's order: the image before what else is read, but the weights before dy.
  private static long first(Pass pass, long x, long filter) {
    return pass == Pass.BACKWARD_DATA ? filter : x;
  }

  private static long second(Pass pass, long filter, long y) {
    return pass == Pass.FORWARD ? filter : y;
  }

  private static long result(Pass pass, long x, long filter, long y) {
    return switch (pass) {
      case FORWARD -> y;
      case BACKWARD_DATA -> x;
      case BACKWARD_WEIGHT -> filter;
    };
  }

  @Override
  public int rank(Pass pass, long x, long filter, long convolution, long y, List<Ranked> found) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment all = call.allocate((long) MOST_ALGORITHMS * RANKED_BYTES, Long.BYTES);
      MemorySegment count = call.allocate(JAVA_INT);
      int status =
          ForeignFunctions.call(
              of(rank, pass),
              handle,
              first(pass, x, filter),
              second(pass, filter, y),
              convolution,
              result(pass, x, filter, y),
              MOST_ALGORITHMS,
              count.address(),
              all.address());
      int known = status == cudnnStatus.CUDNN_STATUS_SUCCESS ? count.get(JAVA_INT, 0) : 0;
      for (int i = 0; i < known; i++) {
        MemorySegment it = all.asSlice((long) i * RANKED_BYTES, RANKED_BYTES);
        found.add(
            new Ranked(
                it.get(JAVA_INT, 0),
                it.get(JAVA_INT, STATUS_AT),
                it.get(JAVA_INT, DETERMINISM_AT),
                it.get(JAVA_LONG, WORKSPACE_AT)));
      }
      return status;
    }
  }

  @Override
  public int workspaceSize(
      Pass pass, long x, long filter, long convolution, long y, int algorithm, long[] bytes) {
    return ForeignFunctions.out(
        bytes,
        of(workspaceSize, pass),
        handle,
        first(pass, x, filter),
        second(pass, filter, y),
        convolution,
        result(pass, x, filter, y),
        algorithm);
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
    try {
      return (int)
          of(convolve, pass)
              .invokeExact(
                  handle,
                  one.address(),
                  first(pass, x, filter),
                  first(pass, xAt, filterAt),
                  second(pass, filter, y),
                  second(pass, filterAt, yAt),
                  convolution,
                  algorithm,
                  workspace,
                  workspaceBytes,
                  zero.address(),
                  result(pass, x, filter, y),
                  result(pass, xAt, filterAt, yAt));
    } catch (Throwable e) {
      throw ForeignFunctions.unexpected(e);
    }
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
    factor.set(JAVA_FLOAT, 0, zFactor);
    try {
      return (int)
          biasActivationForward.invokeExact(
              handle,
              one.address(),
              x,
              xAt,
              filter,
              filterAt,
              convolution,
              algorithm,
              workspace,
              workspaceBytes,
              factor.address(),
              y,
              zAt,
              bias,
              biasAt,
              activation,
              y,
              yAt);
    } catch (Throwable e) {
      throw ForeignFunctions.unexpected(e);
    }
  }

  @Override
  public void destroy() {
    ForeignFunctions.call(functions.status("cudnnDestroy", JAVA_LONG), handle);
    arena.close();
  }
}
