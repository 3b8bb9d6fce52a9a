package cadj.tensor.memory;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One allocation and who owns it. Tensors that are views of each other share a storage.
///
/// Owned by the [Scope] that was current when it was made, or by nobody (then the garbage collector
/// has it): parameters, and whatever is made outside every scope. A *pin* keeps it alive past its
/// scope, for as long as a tape needs the value.
///
/// Or the values lie elsewhere, in a file say, and are read whenever they are used ([#reread]).
public final class Storage {
  private final Device device;
  private final DType dtype;
  private boolean pooled;
  private @Nullable Buffer buffer;
  private final @Nullable Reread reread;
  private final @Nullable GpuHalf halves;
  private @Nullable Scope owner;
  private @Nullable String freedBy;
  private int pins;
  private int version;

  /// What it would take in the dry run it was made in, or 0.
  private long dryBytes;

  private @Nullable DryRun dryRun;

  /// Where values lie that are not in memory, and who keeps some of them there.
  private record Reread(BufferCache cache, Supplier<Buffer> source) {}

  private Storage(DryRun run, DType dtype, int length, @Nullable Scope owner) {
    this.device = Device.current();
    this.dtype = dtype;
    this.reread = null;
    this.halves = null;
    this.owner = owner;
    this.dryRun = run;
    this.dryBytes = (long) length * dtype.bytes();
    run.take(dryBytes);
  }

  private Storage(DType dtype, Reread reread) {
    this.device = Device.host();
    this.dtype = dtype;
    this.reread = reread;
    this.halves = null;
  }

  private Storage(GpuHalf halves) {
    this.device = halves.gpu();
    this.dtype = DType.F32;
    this.reread = null;
    this.halves = halves;
  }

  private Storage(Buffer buffer, @Nullable Scope owner, boolean pooled) {
    this.device = buffer instanceof GpuF32 onGpu ? onGpu.gpu() : Device.host();
    this.dtype = buffer.dtype();
    this.buffer = buffer;
    this.reread = null;
    this.halves = null;
    this.owner = owner;
    this.pooled = pooled;
  }

  /// Uninitialised memory owned by the current scope: on the current device if it holds values of
  /// this type, else on the host.
  public static Storage allocate(DType dtype, int length) {
    return allocate(Device.current(), dtype, length);
  }

  /// Uninitialised memory owned by the current scope: on `device` if it holds values of this type,
  /// else on the host.
  public static Storage allocate(Device device, DType dtype, int length) {
    Scope scope = Scope.current();
    DryRun dryRun = DryRun.current();
    if (dryRun != null) {
      Storage storage = new Storage(dryRun, dtype, length, scope);
      if (scope != null) {
        scope.adopt(storage);
      }
      return storage;
    }
    Storage storage = new Storage(take(device, dtype, length, scope), scope, scope != null);
    if (scope == null) {
      storage.leaveToCollector();
    } else {
      scope.adopt(storage);
      storage.recordTaken();
    }
    return storage;
  }

  /// A GPU's pool tells of its blocks itself.
  private void recordTaken() {
    Recorder recorder = Recording.current();
    if (recorder != null && !(buffer instanceof GpuF32)) {
      BufferPool pool = BufferPool.shared();
      recorder.taken(pool, this, bytes(), pool.liveBytes());
    }
  }

  private void recordGiven() {
    Recorder recorder = Recording.current();
    if (recorder != null) {
      BufferPool pool = BufferPool.shared();
      recorder.given(pool, this, bytes(), pool.liveBytes());
    }
  }

  private long bytes() {
    return buffer == null ? 0 : (long) buffer.length() * buffer.dtype().bytes();
  }

  private static Buffer take(Device device, DType dtype, int length, @Nullable Scope scope) {
    if (device instanceof Gpu gpu && dtype == DType.F32) {
      return gpu.allocate(length);
    }
    return scope == null ? Buffer.allocate(dtype, length) : BufferPool.shared().take(dtype, length);
  }

  /// Bytes of tensors in use on the current device.
  public static long liveBytes() {
    return Device.current() instanceof Gpu gpu
        ? gpu.pool().liveBytes()
        : BufferPool.shared().liveBytes();
  }

  /// Memory that came from elsewhere and is owned by nobody here.
  public static Storage wrap(Buffer buffer) {
    return new Storage(buffer, null, false);
  }

  /// Single-precision values that lie on a GPU in half precision, and are widened whenever they are
  /// used by something that does not take them so ([#stored]). They cannot be overwritten.
  ///
  /// @param halves given back once nobody can reach them
  public static Storage halves(GpuHalf halves) {
    halves.gpu().freeOnceUnreachable(halves);
    return new Storage(halves);
  }

  /// Values on the host that `source` reads, always the same, whenever they are used and `cache`
  /// does not have them. They cannot be overwritten.
  ///
  /// @param source gives a buffer of type `dtype` that nobody else writes to; called by the thread
  ///   that uses the values, on the host
  public static Storage reread(DType dtype, BufferCache cache, Supplier<Buffer> source) {
    cache.register();
    return new Storage(dtype, new Reread(cache, source));
  }

  /// Other values of that type and number, made of these at each use: they take the same memory.
  ///
  /// @throws IllegalStateException if these are not read again whenever they are used
  public Storage derived(Supplier<Buffer> source) {
    if (reread == null) {
      throw new IllegalStateException("held in memory, and so must be what is made of it");
    }
    return reread(dtype, reread.cache, source);
  }

  /// Whether the values are read again whenever they are used.
  public boolean isReread() {
    return reread != null;
  }

  /// @throws IllegalStateException after the owning scope has closed
  public Buffer buffer() {
    if (reread != null) {
      return reread.cache.get(
          this, () -> Device.with(Device.host(), () -> Scope.outside(reread.source)));
    }
    if (halves != null) {
      return widened(halves);
    }
    if (dryRun != null) {
      throw new IllegalStateException("has no values: this is a dry run");
    }
    if (buffer == null) {
      throw new IllegalStateException("used after scope '%s' closed".formatted(freedBy));
    }
    return buffer;
  }

  /// In memory of the current scope.
  private static Buffer widened(GpuHalf halves) {
    Buffer wide = allocate(halves.gpu(), DType.F32, halves.length()).buffer();
    HalfWeights.widen(GpuF32.of(wide), halves);
    return wide;
  }

  /// As [#buffer], but in half precision where values lie so: for kernels that widen what they
  /// read.
  public Buffer stored() {
    return halves != null ? halves : buffer();
  }

  public Device device() {
    return device;
  }

  public DType dtype() {
    return dtype;
  }

  /// To be called by whoever writes in place into values that others may have read, so that a tape
  /// that kept them notices.
  ///
  /// @throws IllegalStateException if the values are read again at their next use
  public void overwritten() {
    if (reread != null) {
      reread.cache.forget(this);
      throw new IllegalStateException(
          "overwritten, but kept in a file for want of memory: allow more with --memory");
    }
    if (halves != null) {
      throw new IllegalStateException(
          "overwritten, but held in half precision: ask for --weights fp32");
    }
    version++;
  }

  /// Changes with every [#overwritten].
  public int version() {
    return version;
  }

  /// Keeps the memory past the end of its scope, until [#unpin].
  public void pin() {
    pins++;
    if (pins == 1 && owner != null) {
      Recorder recorder = Recording.current();
      if (recorder != null) {
        recorder.kept(this, bytes());
      }
    }
  }

  /// Undoes one [#pin]; frees the memory if its scope has closed meanwhile and no pin is left.
  public void unpin() {
    pins--;
    if (pins == 0) {
      Recorder recorder = Recording.current();
      if (recorder != null) {
        recorder.released(this, bytes());
      }
    }
    if (pins == 0 && owner != null && owner.isClosed()) {
      free(owner.name());
    }
  }

  /// Frees the memory now if `scope` owns it and nothing pins it: the caller knows no other user.
  public void freeIfOwnedBy(Scope scope) {
    if (owner == scope && pins == 0) {
      scope.disown(this);
      free(scope.name());
    }
  }

  boolean isPinned() {
    return pins > 0;
  }

  /// Hands ownership on; to nobody (null) means to the garbage collector.
  void moveTo(@Nullable Scope scope) {
    if (scope != null) {
      scope.adopt(this);
    } else if (pooled && buffer != null) {
      leaveToCollector(); // may find no room for a copy
      pooled = false;
    }
    owner = scope;
  }

  /// The collector sees host memory; a device's is given back once nobody can reach it.
  private void leaveToCollector() {
    if (buffer instanceof GpuF32 onGpu) {
      onGpu.gpu().freeOnceUnreachable(onGpu);
    } else if (pooled && buffer != null) {
      buffer = BufferPool.shared().release(buffer);
      recordGiven();
    }
  }

  void free(String scopeName) {
    if (dryRun != null) {
      dryRun.give(dryBytes);
      dryBytes = 0;
    }
    if (buffer != null) {
      if (pooled && buffer instanceof GpuF32 onGpu) {
        onGpu.gpu().free(onGpu);
      } else if (pooled) {
        BufferPool.shared().give(buffer);
        recordGiven();
      }
      buffer = null;
      freedBy = scopeName;
    }
  }
}
