package cadj.cad.gpucheck;

import cadj.kernels.device.Driver;
import cadj.kernels.device.ForwardingDriver;

/// Somebody else's driver, which stays open.
final class Borrowed extends ForwardingDriver {
  Borrowed(Driver driver) {
    super(driver);
  }

  @Override
  public void close() {}
}
