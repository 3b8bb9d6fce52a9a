package cadj.kernels.emulator;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Driver;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.check.CheckState;
import cadj.kernels.emulator.check.Checker;
import cadj.kernels.emulator.check.Counting;
import cadj.kernels.emulator.check.LaunchCounts;
import cadj.kernels.emulator.run.Allocation;
import cadj.kernels.emulator.run.DeviceMemory;
import cadj.kernels.emulator.run.EmulatorException;
import cadj.kernels.emulator.run.Grid;
import cadj.kernels.emulator.run.Observer;
import cadj.kernels.emulator.run.PrintedText;
import cadj.kernels.emulator.run.RawMemory;
import cadj.kernels.emulator.run.ThreadBlock;
import cadj.kernels.emulator.run.TranslatedKernel;
import cadj.kernels.emulator.translate.LoadedModule;
import cadj.kernels.ptx.PtxParser;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A GPU in Java.
///
/// Device memory is a part of the process's own; a launch is over when [#launch] returns. Where a
/// kernel does something wrong, it throws [EmulatorException].
public final class EmulatedDriver implements Driver {
  private static final int SHARED_BYTES = 99 << 10;
  private static final long DEFAULT_BUDGET = 1L << 30;
  private static final int DEFAULT_SEED = 1;
  private static final int ARGUMENT_ALIGNMENT = 16;
  private static final int WORKSPACE_BYTES = 256;

  private static final ScopedValue<Consumer<LaunchCounts>> LISTENER = ScopedValue.newInstance();

  private final Cpu cpu;
  private final Checks checks;
  private final long budget;
  private final int seed;
  private final DeviceMemory memory;
  private final @Nullable CheckState state;
  private final Arena arena = Arena.ofShared();
  private final List<LoadedModule> modules = new ArrayList<>();
  private final List<TranslatedKernel> functions = new ArrayList<>();
  private @Nullable Consumer<LaunchCounts> counted = LISTENER.isBound() ? LISTENER.get() : null;
  private Consumer<String> printed = System.out::print;

  /// What kernels are checked for while they run.
  public enum Checks {
    /// Addresses out of bounds, barriers that not all threads reach, shuffles with inactive
    /// threads, launches that do not fit, endless loops.
    BOUNDS,
    /// Also reads of uninitialised registers and memory, and races; blocks run one after another.
    ALL
  }

  /// @param cpu whose threads run blocks
  public EmulatedDriver(Cpu cpu, Checks checks) {
    this(cpu, checks, DEFAULT_BUDGET);
  }

  /// @param budget instructions that the warps of a block may run, all together, before it counts
  ///   as an endless loop
  public EmulatedDriver(Cpu cpu, Checks checks, long budget) {
    this(cpu, checks, budget, DEFAULT_SEED);
  }

  /// @param seed of the errors that the PTX manual allows hardware to make: of `.approx`
  ///   instructions, and how tensor cores round sums. With 0 approximate values are exact
  public EmulatedDriver(Cpu cpu, Checks checks, long budget, int seed) {
    this.cpu = cpu;
    this.checks = checks;
    this.budget = budget;
    this.seed = seed;
    this.memory = new DeviceMemory(checks == Checks.ALL);
    this.state = checks == Checks.ALL ? new CheckState(memory) : null;
  }

  /// Counts every launch from now on and hands the counts to `listener` when it has ended; to be
  /// asked for before anything is loaded.
  public void count(Consumer<LaunchCounts> listener) {
    if (!modules.isEmpty()) {
      throw new IllegalStateException("counting begins before modules are loaded");
    }
    counted = listener;
  }

  /// Runs `work`; every driver made in it counts its launches and hands the counts to `listener`.
  public static <T extends @Nullable Object> T counting(
      Consumer<LaunchCounts> listener, Supplier<T> work) {
    return ScopedValue.where(LISTENER, listener).call(work::get);
  }

  /// Hands what kernels print (`printf`) to `listener`, launch by launch; else it goes to standard
  /// output.
  public void print(Consumer<String> listener) {
    printed = listener;
  }

  @Override
  public String name() {
    return "emulated";
  }

  @Override
  public int capability() {
    return 80;
  }

  /// As much as anybody asks for: the host's memory is the limit, and not known here.
  @Override
  public long freeBytes() {
    return Long.MAX_VALUE / 2;
  }

  @Override
  public int multiprocessors() {
    return Grid.MULTIPROCESSORS;
  }

  @Override
  public int sharedBytesPerBlock() {
    return SHARED_BYTES;
  }

  @Override
  public long allocate(long bytes) {
    try {
      return memory.allocate(bytes);
    } catch (OutOfMemoryError full) {
      throw new DeviceOutOfMemoryException(bytes + " bytes: " + full.getMessage());
    }
  }

  @Override
  public void free(long address) {
    memory.free(address);
  }

  @Override
  public void copyIn(long to, MemorySegment from) {
    Allocation target = memory.require("copy to the device", to, from.byteSize());
    RawMemory.ALL.asSlice(to, from.byteSize()).copyFrom(from);
    target.markInitialised(to, from.byteSize());
  }

  @Override
  public void copyOut(MemorySegment to, long from) {
    Allocation origin = memory.require("copy to the host", from, to.byteSize());
    long missing = origin.firstUninitialised(from, to.byteSize());
    if (missing >= 0) {
      throw new EmulatorException(
          "copy to the host: %d bytes at 0x%x: nobody has written byte %d of %d"
              .formatted(to.byteSize(), from, missing - (from - origin.start()), to.byteSize()));
    }
    to.copyFrom(RawMemory.ALL.asSlice(from, to.byteSize()));
  }

  @Override
  public void copy(long to, long from, long bytes) {
    Allocation origin = memory.require("copy within the device, from", from, bytes);
    Allocation target = memory.require("copy within the device, to", to, bytes);
    MemorySegment.copy(RawMemory.ALL, from, RawMemory.ALL, to, bytes);
    target.copyInitialised(to, origin, from, bytes);
  }

  @Override
  public void fill(long to, int bits, long count) {
    Allocation target = memory.require("fill", to, Integer.BYTES * count);
    for (long i = 0; i < count; i++) {
      RawMemory.store32(to + i * Integer.BYTES, bits, 0);
    }
    target.markInitialised(to, Integer.BYTES * count);
  }

  @Override
  public void resized(long address, long bytes) {
    memory.resize(address, bytes);
  }

  @Override
  public long load(PtxSource source) {
    modules.add(
        new LoadedModule(
            PtxParser.parse(source), memory, arena, checks == Checks.ALL, counted != null, seed));
    return modules.size() - 1L;
  }

  @Override
  public long function(long module, String kernel) {
    functions.add(modules.get((int) module).kernel(kernel));
    return functions.size() - 1L;
  }

  @Override
  public void launch(long function, LaunchShape shape, MemorySegment arguments) {
    TranslatedKernel kernel = functions.get((int) function);
    requireLaunchable(kernel, shape, arguments);
    try (Arena ofLaunch = Arena.ofShared()) {
      MemorySegment block =
          ofLaunch.allocate(Math.max(1, arguments.byteSize()), ARGUMENT_ALIGNMENT);
      block.copyFrom(arguments);
      if (state != null) {
        state.begin(shape.blocks());
      }
      Queue<Counting> counts = new ConcurrentLinkedQueue<>();
      boolean ordered = state != null;
      long workspace = kernel.isCooperative() ? workspace(kernel, shape) : 0;
      PrintedText text = new PrintedText();
      try {
        new Grid(
                kernel,
                shape,
                memory,
                block.address(),
                budget,
                ordered,
                workspace,
                text,
                threads -> observers(threads, counts))
            .run(cpu);
      } finally {
        if (workspace != 0) {
          memory.free(workspace);
        }
        if (!text.text().isEmpty()) {
          printed.accept(text.text());
        }
      }
      if (counted != null) {
        counted.accept(Counting.sum(kernel, shape, counts));
      }
    }
  }

  /// Memory by which the blocks of a grid wait for each other.
  private long workspace(TranslatedKernel kernel, LaunchShape shape) {
    long most = (long) Grid.MULTIPROCESSORS * Grid.THREADS_PER_MULTIPROCESSOR;
    if (shape.blocks() * shape.threads() > most) {
      throw refused(
          kernel,
          shape,
          "blocks that wait for each other must all run at once: there is room for %d threads"
              .formatted(most));
    }
    long workspace = memory.allocate(WORKSPACE_BYTES);
    fill(workspace, 0, WORKSPACE_BYTES / Integer.BYTES);
    return workspace;
  }

  private List<Observer> observers(ThreadBlock block, Queue<Counting> counts) {
    List<Observer> observers = new ArrayList<>();
    if (state != null) {
      observers.add(new Checker(block, state));
    }
    if (counted != null) {
      Counting counting = new Counting(block.kernel());
      counts.add(counting);
      observers.add(counting);
    }
    return observers;
  }

  private static void requireLaunchable(
      TranslatedKernel kernel, LaunchShape shape, MemorySegment arguments) {
    int most = kernel.ptx().maxThreads();
    if (most != 0 && shape.threads() > most) {
      throw refused(kernel, shape, "a block has at most %d threads (.maxntid)".formatted(most));
    }
    if (arguments.byteSize() != kernel.argumentBytes()) {
      throw refused(
          kernel,
          shape,
          "the parameters take %d bytes, got %d"
              .formatted(kernel.argumentBytes(), arguments.byteSize()));
    }
    int shared = kernel.staticShared() + shape.sharedBytes();
    if (shared > SHARED_BYTES) {
      throw refused(
          kernel, shape, "%d bytes shared in all, there are %d".formatted(shared, SHARED_BYTES));
    }
  }

  private static EmulatorException refused(
      TranslatedKernel kernel, LaunchShape shape, String trouble) {
    return new EmulatorException(
        "%s, %s, %s: %s"
            .formatted(
                kernel.source().place(kernel.ptx().line()), kernel.ptx().name(), shape, trouble));
  }

  @Override
  public void synchronize() {}

  @Override
  public long mark() {
    return System.nanoTime();
  }

  @Override
  public double milliseconds(long from, long to) {
    return (to - from) * 1e-6;
  }

  @Override
  public void forget(long mark) {}

  @Override
  public void close() {
    memory.freeAll();
    arena.close();
  }
}
