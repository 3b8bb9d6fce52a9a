package cadj.kernels.device;

import java.lang.foreign.MemorySegment;

/// What lies between a [Gpu] and the machine: CUDA's driver interface, cut down to what is used.
///
/// There is one stream: copies, fills and launches happen in the order they were asked for, and
/// memory freed may be handed out again at once. Addresses, modules and functions are plain
/// numbers, as in CUDA. An asynchronous failure may be reported by a later call. Errors name what
/// was asked (kernel and launch shape, bytes to allocate) and the machine's own words.
public interface Driver extends AutoCloseable {
  /// What to call the machine, such as `NVIDIA L4` or `emulated`.
  String name();

  /// Compute capability, 10·major + minor: 80 for sm_80.
  int capability();

  int multiprocessors();

  /// Largest dynamic shared memory of a block, in bytes, where a kernel asks for more than 48 KiB.
  int sharedBytesPerBlock();

  /// Bytes of memory that nobody has allocated.
  long freeBytes();

  /// Uninitialised memory, aligned to 256 bytes.
  ///
  /// @throws DeviceOutOfMemoryException where there is not enough
  long allocate(long bytes);

  void free(long address);

  /// Of the memory at `address`, which may be larger, so many bytes are in use from now on, or none
  /// if 0; what they hold is not defined. A machine that checks accesses holds them to that.
  default void resized(long address, long bytes) {}

  /// Host to device; when this returns `from` may be changed.
  void copyIn(long to, MemorySegment from);

  /// Device to host; waits until the values are there.
  void copyOut(MemorySegment to, long from);

  /// Device to device, without overlap.
  void copy(long to, long from, long bytes);

  /// Writes `count` times the 32 bits.
  void fill(long to, int bits, long count);

  /// Makes a module's kernels ready.
  ///
  /// @param source names the file in messages
  /// @throws IllegalArgumentException with the compiler's words, if it does not compile
  long load(PtxSource source);

  /// A kernel of a loaded module.
  long function(long module, String kernel);

  /// @param arguments the parameters one after another, each aligned to its own size
  void launch(long function, LaunchShape shape, MemorySegment arguments);

  /// Waits until everything asked for is done.
  void synchronize();

  /// Records from now on what is asked for, instead of doing it, until [#endCapture]: launches with
  /// the values of their arguments, copies within the device, fills.
  ///
  /// Refused meanwhile, with a [CaptureRefusedException], is what waits for the device, passes
  /// values between it and the host, gives memory back or loads modules; then what was recorded is
  /// lost. Memory may be allocated.
  ///
  /// @throws CaptureRefusedException where this machine does not record
  void beginCapture();

  /// Ends a recording, also one that is lost.
  ///
  /// @return what was recorded: a graph, to be forgotten with [#destroy]
  /// @throws CaptureRefusedException if it is lost
  long endCapture();

  /// Asks for all of a graph, in the stream's order.
  void replay(long graph);

  /// Forgets a graph; replays that were asked for still happen.
  void destroy(long graph);

  /// A moment in the stream, to be read by [#milliseconds] and then forgotten by [#forget].
  long mark();

  /// Time between two moments; waits for the later.
  double milliseconds(long from, long to);

  void forget(long mark);

  /// Time that the device takes for what `work` asks of it; waits for it.
  default double milliseconds(Runnable work) {
    long from = mark();
    work.run();
    long to = mark();
    double milliseconds = milliseconds(from, to);
    forget(from);
    forget(to);
    return milliseconds;
  }

  @Override
  void close();
}
