package cadj.kernels.cuda;

/// A library does not do what was asked of it; the device works on.
final class RefusedException extends CudaException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
