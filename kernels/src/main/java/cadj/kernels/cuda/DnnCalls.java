package cadj.kernels.cuda;

import java.util.ArrayList;
import java.util.List;

/// The functions of cuDNN that [CuDnn] calls, for one handle: as in C, results are statuses, device
/// memory is an address, and nothing is checked. Descriptors are numbers, written to the first
/// element of an array where they are made.
sealed interface DnnCalls permits JCudaDnn, ForeignDnn {
  /// What is computed of a convolution. cuDNN has a function of each kind for each.
  enum Pass {
    FORWARD,
    BACKWARD_DATA,
    BACKWARD_WEIGHT
  }

  /// An algorithm as cuDNN ranks it.
  record Ranked(int algorithm, int status, int determinism, long workspaceBytes) {}

  /// Through JCuda where its natives load, else the library itself.
  ///
  /// @throws CudaException if there is no such library, or none that loads
  static DnnCalls open(LibrarySearch search) {
    List<String> troubles = new ArrayList<>();
    SharedLibrary library =
        search
            .find("libcudnn.so.9", troubles)
            .orElseThrow(() -> new CudaException(String.join(", ", troubles)));
    return JCudaLibrary.DNN.trouble() == null ? new JCudaDnn(library) : new ForeignDnn(library);
  }

  SharedLibrary library();

  /// What the calls go through: `JCuda` or `java.lang.foreign`.
  String through();

  /// Such as 90500 for 9.5.0.
  long version();

  /// cuDNN's name of a status.
  String words(int status);

  int create();

  int setStream(DeviceStream stream);

  int createTensor(long[] descriptor);

  /// Images [n,c,h,w], single precision.
  int setTensor(long descriptor, int format, int n, int c, int h, int w);

  int createFilter(long[] descriptor);

  /// Weights [k,c,h,w], single precision.
  int setFilter(long descriptor, int format, int k, int c, int h, int w);

  int createConvolution(long[] descriptor);

  /// A cross-correlation in single precision.
  int setConvolution(long descriptor, int padH, int padW, int strideH, int strideW);

  int setGroupCount(long convolution, int groups);

  int setMathType(long convolution, int mathType);

  int createActivation(long[] descriptor);

  int setActivation(long descriptor, int mode);

  void destroyTensor(long descriptor);

  void destroyFilter(long descriptor);

  void destroyConvolution(long descriptor);

  void destroyActivation(long descriptor);

  /// cuDNN's `cudnnGetConvolution…Algorithm_v7`.
  ///
  /// @param found the best first
  int rank(Pass pass, long x, long filter, long convolution, long y, List<Ranked> found);

  int workspaceSize(
      Pass pass, long x, long filter, long convolution, long y, int algorithm, long[] bytes);

  /// Overwrites y, x or the filter, whichever the pass computes.
  int convolve(
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
      long yAt);

  /// y = activation(x·filter + zFactor·z + bias)
  int biasActivationForward(
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
      long yAt);

  void destroy();
}
