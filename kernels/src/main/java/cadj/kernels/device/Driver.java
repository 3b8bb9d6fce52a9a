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

  /// A moment in the stream, to be read by [#milliseconds] and then forgotten by [#forget].
  long mark();

  /// Time between two moments; waits for the later.
  double milliseconds(long from, long to);

  void forget(long mark);

  @Override
  void close();
}
