package cadj.kernels.device;

import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import java.util.function.Function;
import java.util.function.Supplier;

/// A machine that runs kernels.
public sealed interface Device permits Cpu, Gpu {
  /// What results say they were computed on: `cpu`, or what the GPU is called.
  String name();

  /// Chooses among the twins of a kernel, by this device and where and as what `like` lies: the
  /// fast one for F32 in this device's memory, else the reference. Every kernel's contract has an
  /// `on(device, like)` that asks this.
  ///
  /// @param <K> the contract
  default <K> K twin(
      Buffer like,
      Function<Cpu, ? extends K> vector,
      Function<Gpu, ? extends K> cuda,
      Supplier<? extends K> reference) {
    K twin =
        switch (this) {
          case Cpu cpu when like instanceof F32 -> vector.apply(cpu);
          case Gpu gpu when like instanceof GpuF32 -> cuda.apply(gpu);
          case Cpu _, Gpu _ -> reference.get();
        };
    Recorder recorder = Recording.current();
    if (recorder != null) {
      recorder.kernel(twin.getClass().getSimpleName());
    }
    return twin;
  }

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
