package cadj.kernels.device;

/// A machine that runs kernels. Every kernel's contract has an `on(device, …)` that chooses a twin.
public sealed interface Device permits Cpu {
  /// The device of this thread's work: the one bound by [#with], else the shared [Cpu].
  static Device current() {
    return Bound.DEVICE.orElse(Bound.SHARED);
  }

  /// Runs `work` with `device` as the current one.
  static <T, X extends Throwable> T with(Device device, ScopedValue.CallableOp<T, X> work)
      throws X {
    return ScopedValue.where(Bound.DEVICE, device).call(work);
  }

  /// Holder, so that the interface shows no constants.
  final class Bound {
    private static final ScopedValue<Device> DEVICE = ScopedValue.newInstance();
    private static final Cpu SHARED =
        new Cpu(Integer.getInteger("cadj.threads", Runtime.getRuntime().availableProcessors()));

    private Bound() {}
  }
}
