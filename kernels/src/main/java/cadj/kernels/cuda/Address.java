package cadj.kernels.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;

/// An address in memory, the host's or the device's, which JCuda passes on as it is.
///
/// JCuda's own way to a host array, `Pointer.to`, holds the garbage collector back for as long as
/// the call lasts, and a copy that goes on after the call would read what has been moved away.
final class Address extends Pointer {
  Address(long value) {
    super(value);
  }

  /// Of native memory, which must outlive what is done with it.
  static Address of(MemorySegment host) {
    if (!host.isNative()) {
      throw new IllegalArgumentException("on the heap, where addresses change: " + host);
    }
    return new Address(host.address());
  }
}
