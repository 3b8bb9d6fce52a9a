package cadj.kernels.device;

/// The device has not as much memory left as was asked for.
public final class DeviceOutOfMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DeviceOutOfMemoryException(String message) {
    super(message);
  }
}
