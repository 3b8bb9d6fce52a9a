package cadj.kernels.cuda;

/// A call of CUDA or one of its libraries failed, or an earlier asynchronous one has.
public class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CudaException(String message) {
    super(message);
  }
}
