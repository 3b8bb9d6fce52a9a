package cadj.models.files;

import cadj.autograd.nn.WeightRows;
import cadj.autograd.nn.Weights;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.BufferCache;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a model's weights are while it is in use:
///
/// - *resident*: read once, and held on the device, in single precision or, on a GPU, in the type
///   that its [cadj.kernels.device.Precision] says (matrices and filters; scales and biases always
///   in single precision);
/// - *mapped*: left in their files as they are stored, and widened whenever a layer uses them. A
///   cache keeps as many widened as it may. Results have the same bits.
///
/// All parts of a model share one.
public final class WeightMemory {
  /// Smaller tensors, biases and scales mostly, are always resident.
  private static final int SMALL = 1 << 13; // bytes

  private static final Cleaner CLEANER = Cleaner.create();

  private final @Nullable BufferCache cache;
  private long residentBytes;

  private WeightMemory(@Nullable BufferCache cache) {
    this.cache = cache;
  }

  public static WeightMemory resident() {
    return new WeightMemory(null);
  }

  /// @param cacheBytes of widened weights kept
  public static WeightMemory mapped(long cacheBytes) {
    return new WeightMemory(new BufferCache(cacheBytes));
  }

  /// Resident if all of `weightBytes` fit `room` or the device is a GPU, else mapped.
  static WeightMemory within(long room, long weightBytes) {
    return weightBytes <= room || !(Device.current() instanceof Cpu)
        ? resident()
        : mapped(Math.max(0, room));
  }

  public boolean isMapped() {
    return cache != null;
  }

  /// Bytes of weights read so far to stay, and the most that were kept of others.
  public long peakBytes() {
    return residentBytes + (cache == null ? 0 : cache.peakBytes());
  }

  /// How often mapped weights were widened.
  public long reads() {
    return cache == null ? 0 : cache.reads();
  }

  /// A checkpoint that is being loaded.
  Loading loading(Checkpoint checkpoint) {
    return new Loading(checkpoint);
  }

  final class Loading {
    private final Checkpoint checkpoint;

    /// What every mapped tensor of the checkpoint can reach: with the last of them the files go.
    private final OpenFiles open = new OpenFiles();

    private boolean used;

    private Loading(Checkpoint checkpoint) {
      this.checkpoint = checkpoint;
    }

    Tensor tensor(String key) {
      long elements = checkpoint.shape(key).elements();
      long bytes = elements * checkpoint.tensorDtype(key).bytes();
      if (cache == null || bytes < SMALL) {
        residentBytes += bytes;
        return resident(key, bytes);
      }
      used = true;
      Checkpoint files = checkpoint;
      OpenFiles reachable = open;
      return Tensor.reread(
          checkpoint.tensorDtype(key),
          checkpoint.shape(key),
          cache,
          () -> reachable.tensor(files, key));
    }

    private Tensor resident(String key, long bytes) {
      boolean isFactor = checkpoint.shape(key).rank() > 1 && bytes >= SMALL;
      return isFactor && checkpoint.tensorDtype(key) == DType.F32
          ? onDevice(key, Device.with(Device.host(), () -> checkpoint.tensor(key)))
          : checkpoint.tensor(key);
    }

    /// Matrices in the type that the device keeps.
    private Tensor onDevice(String keys, Tensor values) {
      try {
        return factors(values);
      } catch (ArithmeticException e) {
        throw new FileFormatException(
            checkpoint.path(), keys, "weights that fp16 holds", String.valueOf(e.getMessage()), e);
      }
    }

    /// The weights of `source`, which are those of the checkpoint: where they are resident, those
    /// that are used together lie side by side.
    Weights.Source placed(Weights.Source source) {
      return cache == null ? new WeightRows(source, this::onDevice) : source;
    }

    /// All tensors were taken: the files are closed, unless some are still to be read from.
    void finish() {
      if (used) {
        CLEANER.register(open, checkpoint::close);
      } else {
        checkpoint.close();
      }
    }
  }

  /// Keeps a checkpoint open as long as it can be reached.
  private static final class OpenFiles {
    Tensor tensor(Checkpoint checkpoint, String key) {
      try {
        return checkpoint.tensor(key);
      } finally {
        Reference.reachabilityFence(this);
      }
    }
  }

  /// Matrices or filters, on the current device in the type that it keeps them in.
  ///
  /// @throws ArithmeticException for finite values beyond what the type holds
  static Tensor factors(Tensor values) {
    return Device.current() instanceof Gpu gpu && gpu.precision().weights() != DType.F32
        ? values.halvesOn(gpu, gpu.precision().weights())
        : values.onCurrentDevice();
  }

  private static String heldAs() {
    DType held = Device.current() instanceof Gpu gpu ? gpu.precision().weights() : DType.F32;
    return held == DType.F32 ? "single precision" : held.toString();
  }

  @Override
  public String toString() {
    return cache == null
        ? "held in " + heldAs()
        : String.format(
            Locale.ROOT,
            "left in their files, %.1f GB of them kept in single precision",
            cache.capacity() / 1e9);
  }
}
