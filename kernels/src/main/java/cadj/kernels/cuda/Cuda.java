package cadj.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuGetErrorName;
import static jcuda.driver.JCudaDriver.cuGetErrorString;

import cadj.kernels.device.CaptureRefusedException;
import cadj.kernels.device.DeviceOutOfMemoryException;
import jcuda.driver.CUresult;

/// Checks result codes of CUDA's driver, and puts them in words; JCuda's own exceptions have only
/// the code.
final class Cuda {
  private Cuda() {}

  /// @param doing what was asked for, to be formatted with its sizes
  static void check(int result, String doing, Object... sizes) {
    if (result != CUresult.CUDA_SUCCESS) {
      throw failure(result, doing.formatted(sizes));
    }
  }

  static RuntimeException failure(int result, String doing) {
    String message = doing + ": " + words(result);
    if (refusesCapture(result)) {
      return new CaptureRefusedException(message);
    }
    return result == CUresult.CUDA_ERROR_OUT_OF_MEMORY
        ? new DeviceOutOfMemoryException(message)
        : new CudaException(message);
  }

  /// Whether `result` says that something cannot be a part of a graph, or that one is lost.
  private static boolean refusesCapture(int result) {
    return result >= CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED
        && result <= CUresult.CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
  }

  /// Such as `CUDA_ERROR_NO_DEVICE, no CUDA-capable device is detected`.
  static String words(int result) {
    String[] name = new String[1];
    String[] text = new String[1];
    boolean known =
        cuGetErrorName(result, name) == CUresult.CUDA_SUCCESS
            && cuGetErrorString(result, text) == CUresult.CUDA_SUCCESS;
    return known ? name[0] + ", " + text[0] : "error " + result;
  }

  /// Whether `result` tells of a launch that began earlier and has ended the whole context: no
  /// later call can succeed.
  static boolean endsContext(int result) {
    return switch (result) {
      case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
          CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
          CUresult.CUDA_ERROR_ASSERT,
          CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
          CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
          CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
          CUresult.CUDA_ERROR_INVALID_PC,
          CUresult.CUDA_ERROR_LAUNCH_FAILED ->
          true;
      default -> false;
    };
  }
}
