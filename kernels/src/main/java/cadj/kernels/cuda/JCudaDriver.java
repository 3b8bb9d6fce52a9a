package cadj.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuFuncGetAttribute;
import static jcuda.driver.JCudaDriver.cuFuncSetAttribute;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD32Async;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataEx;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Driver;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream_flags;
import org.jspecify.annotations.Nullable;

/// A real GPU, through JCuda: the first one that the driver shows (`CUDA_VISIBLE_DEVICES` chooses).
///
/// It works in the device's primary context, which cuBLAS and cuDNN share, and in one stream. The
/// context is made current by every call, as the calling thread may be any, and a virtual thread
/// may have moved since. JCuda's exceptions stay off: results are checked here, where it is known
/// what was asked for.
public final class JCudaDriver implements Driver {
  /// Shared memory of a block that needs no permission.
  private static final int FREE_SHARED_BYTES = 48 << 10;

  private static final int MOST_ARGUMENT_BYTES = 32_768;
  private static final int LOG_BYTES = 16 << 10;
  private static final Pattern LINE = Pattern.compile("line (\\d+)");

  private final CUdevice device;
  private final CUcontext context = new CUcontext();
  private final DeviceStream stream = new DeviceStream();
  private final String name;
  private final int capability;
  private final int multiprocessors;
  private final int sharedBytesPerBlock;
  private final Staging staging;
  private final List<CUmodule> modules = new ArrayList<>();
  private final List<PtxSource> sources = new ArrayList<>();
  private final List<Kernel> kernels = new ArrayList<>();
  private final Map<Long, CUevent> marks = new HashMap<>();
  private long lastMark;
  private boolean closed;

  /// What a launch passes: five words that say where the arguments are and how long, then their
  /// length, then they themselves.
  private final Arena arena = Arena.ofShared();

  private final MemorySegment arguments = arena.allocate(MOST_ARGUMENT_BYTES, Long.BYTES);
  private final MemorySegment argumentBytes = arena.allocate(ValueLayout.JAVA_LONG);
  private final Pointer launchParameters;

  private @Nullable Kernel lastKernel;
  private @Nullable LaunchShape lastShape;

  /// Takes the device into use.
  ///
  /// @throws CudaException where there is none that works, or no driver of NVIDIA's
  public JCudaDriver() {
    JCudaLibrary.DRIVER.require();
    Cuda.check(cuInit(0), "start CUDA");
    device = new CUdevice();
    Cuda.check(cuDeviceGet(device, 0), "find a device");
    byte[] text = new byte[256];
    Cuda.check(cuDeviceGetName(text, text.length, device), "ask the device's name");
    name = new String(text, StandardCharsets.UTF_8).replaceFirst("\0.*", "");
    capability =
        10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    multiprocessors = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    sharedBytesPerBlock =
        attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
    Cuda.check(cuDevicePrimaryCtxRetain(context, device), "open " + name);
    enter();
    Cuda.check(cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "create a stream");
    staging = new Staging(this);
    launchParameters = Address.of(launchParameters());
  }

  private int attribute(int which) {
    int[] value = new int[1];
    Cuda.check(cuDeviceGetAttribute(value, which, device), "ask attribute %d of %s", which, name);
    return value[0];
  }

  /// CU_LAUNCH_PARAM_BUFFER_POINTER (1), where; CU_LAUNCH_PARAM_BUFFER_SIZE (2), where its size
  /// stands; CU_LAUNCH_PARAM_END (0). All in native memory, JCuda has nothing to convert.
  private MemorySegment launchParameters() {
    return arena.allocateFrom(
        ValueLayout.JAVA_LONG, 1, arguments.address(), 2, argumentBytes.address(), 0);
  }

  /// Makes the context current in this thread.
  void enter() {
    check(cuCtxSetCurrent(context), "use the context");
  }

  /// The same for giving things back, which also happens after a failure.
  void enterToClose() {
    cuCtxSetCurrent(context);
  }

  DeviceStream stream() {
    return stream;
  }

  /// CUDA's version that the installed driver was made for, such as 12.6.
  public String cudaVersion() {
    int[] version = new int[1];
    Cuda.check(cuDriverGetVersion(version), "ask the driver's version");
    return version[0] / 1000 + "." + version[0] % 1000 / 10;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int capability() {
    return capability;
  }

  @Override
  public int multiprocessors() {
    return multiprocessors;
  }

  @Override
  public int sharedBytesPerBlock() {
    return sharedBytesPerBlock;
  }

  @Override
  public long freeBytes() {
    enter();
    return memory().free;
  }

  private Memory memory() {
    long[] free = new long[1];
    long[] total = new long[1];
    check(cuMemGetInfo(free, total), "ask for the free memory");
    return new Memory(free[0], total[0]);
  }

  private record Memory(long free, long total) {}

  @Override
  public long allocate(long bytes) {
    enter();
    DeviceAddress address = new DeviceAddress();
    int result = cuMemAlloc(address, bytes);
    if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
      Memory memory = memory();
      throw new DeviceOutOfMemoryException(
          "allocate %d bytes on %s: %s (%d of %d bytes are free)"
              .formatted(bytes, name, Cuda.words(result), memory.free, memory.total));
    }
    check(result, "allocate %d bytes on %s", bytes, name);
    return address.value();
  }

  @Override
  public void free(long address) {
    enterToClose();
    int result = cuMemFree(new DeviceAddress(address));
    if (!Cuda.endsContext(result)) { // else it is gone already, and other calls will tell
      check(result, "free the memory at 0x%x", address);
    }
  }

  @Override
  public void copyIn(long to, MemorySegment from) {
    enter();
    staging.copyIn(to, from);
  }

  @Override
  public void copyOut(MemorySegment to, long from) {
    enter();
    staging.copyOut(to, from);
  }

  @Override
  public void copy(long to, long from, long bytes) {
    enter();
    check(
        cuMemcpyDtoDAsync(new DeviceAddress(to), new DeviceAddress(from), bytes, stream),
        "copy %d bytes within the device",
        bytes);
  }

  @Override
  public void fill(long to, int bits, long count) {
    enter();
    check(
        cuMemsetD32Async(new DeviceAddress(to), bits, count, stream),
        "fill %d bytes",
        Math.multiplyExact(count, Integer.BYTES));
  }

  @Override
  public long load(PtxSource source) {
    enter();
    try (Arena call = Arena.ofConfined()) {
      MemorySegment log = call.allocate(LOG_BYTES);
      MemorySegment values = call.allocateFrom(ValueLayout.JAVA_LONG, log.address(), LOG_BYTES - 1);
      CUmodule module = new CUmodule();
      int[] options = {
        CUjit_option.CU_JIT_ERROR_LOG_BUFFER, CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES
      };
      int result =
          cuModuleLoadDataEx(
              module,
              Address.of(call.allocateFrom(source.text())),
              options.length,
              options,
              Address.of(values));
      if (Cuda.endsContext(result) || result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
        throw failure(result, "load " + source.name());
      }
      if (result != CUresult.CUDA_SUCCESS) {
        throw new IllegalArgumentException(
            "%s does not compile for sm_%d: %s%n%s"
                .formatted(
                    source.name(), capability, Cuda.words(result), places(source, log.getString(0)))
                .strip());
      }
      modules.add(module);
      sources.add(source);
      return modules.size() - 1L;
    }
  }

  /// The compiler counts lines over all parts of a source; people look for them in files.
  private static String places(PtxSource source, String log) {
    return LINE.matcher(log)
        .replaceAll(
            line -> Matcher.quoteReplacement(source.place(Integer.parseInt(line.group(1)))));
  }

  @Override
  public long function(long module, String kernel) {
    enter();
    String file = sources.get((int) module).name();
    CUfunction function = new CUfunction();
    check(
        cuModuleGetFunction(function, modules.get((int) module), kernel),
        "find kernel %s in %s",
        kernel,
        file);
    int[] fixed = new int[1];
    check(
        cuFuncGetAttribute(
            fixed, CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, function),
        "ask for the shared memory of %s",
        kernel);
    kernels.add(new Kernel(file + ", " + kernel, function, FREE_SHARED_BYTES - fixed[0]));
    return kernels.size() - 1L;
  }

  @Override
  public void launch(long function, LaunchShape shape, MemorySegment values) {
    enter();
    Kernel kernel = kernels.get((int) function);
    if (shape.sharedBytes() > kernel.sharedBytes) {
      check(
          cuFuncSetAttribute(
              kernel.function,
              CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
              shape.sharedBytes()),
          "launch %s with %s: allow so much shared memory (a block has %d bytes at most)",
          kernel.name,
          shape,
          sharedBytesPerBlock);
      kernel.sharedBytes = shape.sharedBytes();
    }
    MemorySegment.copy(values, 0, arguments, 0, values.byteSize());
    argumentBytes.set(ValueLayout.JAVA_LONG, 0, values.byteSize());
    int result =
        cuLaunchKernel(
            kernel.function,
            shape.gridX(),
            shape.gridY(),
            shape.gridZ(),
            shape.blockX(),
            shape.blockY(),
            shape.blockZ(),
            shape.sharedBytes(),
            stream,
            null,
            launchParameters);
    check(result, "launch %s with %s", kernel.name, shape);
    lastKernel = kernel;
    lastShape = shape;
  }

  @Override
  public void synchronize() {
    enter();
    check(cuStreamSynchronize(stream), "wait for the device");
  }

  @Override
  public long mark() {
    enter();
    CUevent event = new CUevent();
    check(cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT), "create an event");
    marks.put(++lastMark, event);
    check(cuEventRecord(event, stream), "record an event");
    return lastMark;
  }

  @Override
  public double milliseconds(long from, long to) {
    enter();
    float[] time = new float[1];
    check(cuEventSynchronize(event(to)), "wait for an event");
    check(cuEventElapsedTime(time, event(from), event(to)), "ask for the time between events");
    return time[0];
  }

  private CUevent event(long mark) {
    CUevent event = marks.get(mark);
    if (event == null) {
      throw new IllegalArgumentException("no such mark, or forgotten: " + mark);
    }
    return event;
  }

  @Override
  public void forget(long mark) {
    enter();
    check(cuEventDestroy(event(mark)), "destroy an event");
    marks.remove(mark);
  }

  void check(int result, String doing, Object... sizes) {
    if (result != CUresult.CUDA_SUCCESS) {
      throw failure(result, doing.formatted(sizes));
    }
  }

  private RuntimeException failure(int result, String doing) {
    if (!Cuda.endsContext(result) || lastKernel == null) {
      return Cuda.failure(result, doing);
    }
    return Cuda.failure(
        result,
        "%s: an earlier launch has failed, the last was %s with %s (CUDA_LAUNCH_BLOCKING=1 finds out which)"
            .formatted(doing, lastKernel.name, lastShape));
  }

  /// Gives back what was taken; without effect the second time. Nothing is checked: after a failed
  /// launch all of it fails.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    enterToClose();
    cuStreamSynchronize(stream);
    marks.values().forEach(jcuda.driver.JCudaDriver::cuEventDestroy);
    staging.close();
    modules.forEach(jcuda.driver.JCudaDriver::cuModuleUnload);
    cuStreamDestroy(stream);
    cuDevicePrimaryCtxRelease(device);
    arena.close();
  }

  private static final class Kernel {
    final String name;
    final CUfunction function;

    /// Dynamic shared memory that a launch may ask for without further permission.
    int sharedBytes;

    Kernel(String name, CUfunction function, int sharedBytes) {
      this.name = name;
      this.function = function;
      this.sharedBytes = sharedBytes;
    }
  }
}
