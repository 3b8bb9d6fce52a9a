package cadj.kernels.device;

import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A graphics processor, real or emulated: memory from a pool, and kernels launched by name.
///
/// One thread at a time may use it.
public final class Gpu implements Device, AutoCloseable {
  /// Compute capability from which tensor cores take TF32 and BF16.
  private static final int TENSOR_CORES = 80;

  private static final Cleaner UNREACHABLE = Cleaner.create();

  private final Driver driver;
  private final GpuPool pool;
  private final WeightCopies weightCopies;
  private final @Nullable Blas blas;
  private final @Nullable Dnn dnn;
  private final Precision precision;
  private final Map<String, Module> modules = new HashMap<>();

  /// Not in use by a launch that is being put together, or null.
  private @Nullable LaunchArguments spare;

  private boolean capturing;

  /// @param blas to multiply with, or null to use the kernels here
  /// @param dnn to convolve with, or null to use the kernels here
  public Gpu(Driver driver, @Nullable Blas blas, @Nullable Dnn dnn, Precision precision) {
    this.driver = driver;
    this.pool = new GpuPool(driver);
    this.weightCopies = new WeightCopies(this, pool);
    pool.whenShort(weightCopies::giveUp);
    this.blas = blas;
    this.dnn = dnn;
    this.precision = precision;
  }

  /// Without libraries, in full single precision.
  public Gpu(Driver driver) {
    this(driver, null, null, Precision.FULL);
  }

  /// The machine, and what of its settings the bits of results depend on.
  @Override
  public String name() {
    String name = driver.name();
    if (blas == null) {
      name += ", own products";
    }
    if (dnn == null) {
      name += ", own convolutions";
    }
    return name + ", " + precision;
  }

  public Driver driver() {
    return driver;
  }

  public @Nullable Blas blas() {
    return blas;
  }

  public @Nullable Dnn dnn() {
    return dnn;
  }

  public Precision precision() {
    return precision;
  }

  /// Whether kernels can multiply TF32 and BF16.
  public boolean hasTensorCores() {
    return driver.capability() >= TENSOR_CORES;
  }

  /// Of products and attention: as the precision says, where the device has them.
  public Factors factors() {
    return hasTensorCores() ? precision.matmul().factors() : Factors.F32;
  }

  public GpuPool pool() {
    return pool;
  }

  /// Weights in other orders, kept from call to call.
  public WeightCopies weightCopies() {
    return weightCopies;
  }

  /// Uninitialised memory, to be given back with [#free].
  public GpuF32 allocate(int length) {
    return new GpuF32(this, new GpuBlock(), pool.take((long) length * Float.BYTES), length);
  }

  /// Takes back what [#allocate] gave; launches already asked for may still use it.
  public void free(GpuF32 buffer) {
    buffer.block().written();
    pool.give(buffer.address());
  }

  /// As [#free], when nobody holds the buffer or a window of it any more.
  public void freeOnceUnreachable(GpuF32 buffer) {
    freeOnceUnreachable(buffer.block(), buffer.address());
  }

  private void freeOnceUnreachable(GpuBlock block, long address) {
    GpuBlock.Copies copies = block.copies;
    pool.leaveToCollector();
    UNREACHABLE.register(
        block,
        () -> {
          copies.drop();
          pool.giveCollected(address);
        });
  }

  /// Values from the host.
  public void upload(GpuF32 to, F32 from) {
    to.block().written();
    if (to.length() > 0) {
      LaunchRecord.copy(
          LaunchRecord.TO_DEVICE, bytes(to), () -> driver.copyIn(to.address(), segment(from)));
    }
  }

  /// Values to the host; waits for them.
  public void download(F32 to, GpuF32 from) {
    if (to.length() > 0) {
      LaunchRecord.copy(
          LaunchRecord.TO_HOST, bytes(to), () -> driver.copyOut(segment(to), from.address()));
    }
  }

  /// Elements of half precision, `dtype`, from the host; to be given back with
  /// [#freeOnceUnreachable(GpuHalf)].
  ///
  /// @param halves 2 bytes each, little-endian
  public GpuHalf uploadHalves(MemorySegment halves, DType dtype) {
    int length = Math.toIntExact(halves.byteSize() / Short.BYTES);
    GpuHalf buffer = new GpuHalf(this, new GpuBlock(), pool.take(halves.byteSize()), length, dtype);
    if (length > 0) {
      try {
        LaunchRecord.copy(
            LaunchRecord.TO_DEVICE,
            halves.byteSize(),
            () -> driver.copyIn(buffer.address(), halves));
      } catch (RuntimeException | Error e) {
        pool.give(buffer.address());
        throw e;
      }
    }
    return buffer;
  }

  /// As [#freeOnceUnreachable(GpuF32)].
  public void freeOnceUnreachable(GpuHalf buffer) {
    freeOnceUnreachable(buffer.block(), buffer.address());
  }

  private static long bytes(Buffer buffer) {
    return (long) buffer.length() * buffer.dtype().bytes();
  }

  /// Runs `call`, which asks a library for work in the device's stream, and gives what it returns.
  ///
  /// @param library that does it
  /// @param work such as `gemm`
  /// @param shapes of the operands
  /// @param written the buffer that the call writes to
  public <T> T call(
      Object library, String work, Supplier<String> shapes, GpuF32 written, Supplier<T> call) {
    written.block().written();
    if (capturing) {
      return captured(library, work, call);
    }
    Recorder recorder = Recording.current();
    if (recorder == null) {
      return onceMoreIfFull(call);
    }
    String name = library.getClass().getSimpleName() + " " + work;
    List<T> result = new ArrayList<>();
    LaunchRecord.of(recorder, driver, name, shapes.get(), () -> result.add(onceMoreIfFull(call)));
    return result.getFirst();
  }

  /// Gives what `work` returns, which asks the driver or a library for something; if the device has
  /// too little memory for it, once more after the pool has given back what it keeps idle.
  ///
  /// @throws DeviceOutOfMemoryException if there is too little even then
  <T> T onceMoreIfFull(Supplier<T> work) {
    try {
      return work.get();
    } catch (DeviceOutOfMemoryException full) {
      pool.giveUpIdle();
    }
    return work.get();
  }

  /// A library may refuse in words of its own what cannot be recorded.
  private static <T> T captured(Object library, String work, Supplier<T> call) {
    try {
      return call.get();
    } catch (CaptureRefusedException refused) {
      throw refused;
    } catch (RuntimeException failed) {
      throw new CaptureRefusedException(
          "%s, %s: %s".formatted(library.getClass().getSimpleName(), work, failed.getMessage()),
          failed);
    }
  }

  /// Values from elsewhere on the device.
  public void copy(GpuF32 to, GpuF32 from) {
    to.block().written();
    if (to.length() > 0) {
      LaunchRecord.copy(
          "copy", 2 * bytes(to), () -> driver.copy(to.address(), from.address(), bytes(to)));
    }
  }

  /// Writes `value` everywhere.
  public void fill(GpuF32 to, float value) {
    to.block().written();
    if (to.length() > 0) {
      LaunchRecord.copy(
          "fill",
          bytes(to),
          () -> driver.fill(to.address(), Float.floatToRawIntBits(value), to.length()));
    }
  }

  private static MemorySegment segment(F32 buffer) {
    return MemorySegment.ofArray(buffer.array())
        .asSlice((long) buffer.offset() * Float.BYTES, (long) buffer.length() * Float.BYTES);
  }

  /// Begins a launch of `kernel` from `source`.
  public Launch launch(PtxSource source, String kernel) {
    LaunchArguments arguments = spare == null ? new LaunchArguments() : spare;
    spare = null;
    return new Launch(this, kernel(source, kernel), arguments);
  }

  /// Takes back what a launch needs no longer.
  void launched(LaunchArguments arguments) {
    arguments.clear();
    spare = arguments;
  }

  private Kernel kernel(PtxSource source, String name) {
    Module module = modules.get(source.name());
    if (module == null) {
      module = new Module(onceMoreIfFull(() -> driver.load(source)), new HashMap<>());
      modules.put(source.name(), module);
    }
    Kernel kernel = module.kernels.get(name);
    if (kernel == null) {
      long number = module.number;
      long function = onceMoreIfFull(() -> driver.function(number, name));
      kernel = new Kernel(function, source.name(), name);
      module.kernels.put(name, kernel);
    }
    return kernel;
  }

  /// Records what `work` asks this device for, which is not done before the graph is replayed.
  ///
  /// Modules must be loaded before, by the same work done once; what is kept of weights is made
  /// when it is asked for a second time, and the graph is good while [WeightCopies#dropped] stays
  /// the same.
  ///
  /// @throws CaptureRefusedException if it cannot be recorded, because of what `work` does or where
  public Graph capture(Runnable work) {
    if (capturing) {
      throw new CaptureRefusedException("a graph is being recorded already");
    }
    capturing = true;
    weightCopies.pause(true);
    try {
      return Graph.capture(this, work);
    } finally {
      weightCopies.pause(false);
      capturing = false;
    }
  }

  /// Whether work is being recorded, so that what it computes is not there yet.
  public boolean isCapturing() {
    return capturing;
  }

  /// Closes the libraries, the memory and the driver.
  @Override
  public void close() {
    if (blas != null) {
      blas.close();
    }
    if (dnn != null) {
      dnn.close();
    }
    pool.close();
    driver.close();
  }

  private record Module(long number, Map<String, Kernel> kernels) {}

  /// @param file that it is in
  record Kernel(long function, String file, String name) {
    @Override
    public String toString() {
      return file + ", " + name;
    }
  }
}
