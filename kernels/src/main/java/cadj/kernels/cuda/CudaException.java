package cadj.kernels.cuda;

/// CUDA or one of its libraries refused a call, or an earlier one has failed meanwhile.
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CudaException(String message) {
    super(message);
  }
}
