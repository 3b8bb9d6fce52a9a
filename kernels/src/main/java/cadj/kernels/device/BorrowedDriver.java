package cadj.kernels.device;

/// Somebody else's driver, which stays open.
public final class BorrowedDriver extends ForwardingDriver {
  public BorrowedDriver(Driver driver) {
    super(driver);
  }

  @Override
  public void close() {}
}
