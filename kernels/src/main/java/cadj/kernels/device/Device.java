package cadj.kernels.device;

/// A machine that runs kernels. Every kernel's contract has an `on(device, …)` that chooses a twin.
public sealed interface Device permits Cpu, Gpu {
  /// What results say they were computed on: `cpu`, or what the GPU is called.
  String name();

  /// The device of this thread's work: the one bound by [#with], else the shared [Cpu].
  static Device current() {
    return Bound.DEVICE.orElse(Bound.SHARED);
  }

  /// The processor that works on the host's memory: the current device if it is one, else the
  /// shared one.
  static Cpu host() {
    return current() instanceof Cpu cpu ? cpu : Bound.SHARED;
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
