package cadj.kernels.device;

/// Work cannot be recorded as a graph ([Driver#beginCapture]): nothing is wrong, it is to be asked
/// for launch by launch. The message says what stands against it.
public final class CaptureRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CaptureRefusedException(String message) {
    super(message);
  }

  public CaptureRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
