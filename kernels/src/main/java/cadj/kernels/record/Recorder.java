package cadj.kernels.record;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/// Writes down what a thread does: slices that nest, spans of workers, memory.
///
/// Bounded: once as many slices are written down as asked for, further ones are only counted, but
/// for phases, of which [#MORE_PHASES] more find room. Spans, and allocations, may be twice as
/// many.
///
/// All methods are for the thread that computes, the one that [Recording] is bound in.
public final class Recorder {
  /// Slices that are written down, if nothing else is asked for: 100 MB, and with as many spans and
  /// allocations as there may be then, 370 MB.
  public static final int MOST_SLICES = 1 << 21;

  static final int MORE_PHASES = 1 << 16;

  /// What [#begin] gives for a slice that found no room.
  private static final int DROPPED = -1;

  private static final int NONE = -1;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final int number = COUNT.incrementAndGet();
  private final int mostSlices;
  private final RecordingListener listener;
  private final long began = System.nanoTime();
  private final Slices slices = new Slices();
  private final Spans spans = new Spans();
  private final MemoryEvents memory = new MemoryEvents();
  private final DeviceTimes deviceTimes = new DeviceTimes(slices);

  private int innermost = NONE;

  /// How many slices are open that found no room.
  private int open;

  /// Of the kernel that runs.
  private String kernel = "";

  private String device = "";

  private long droppedSlices;
  private long droppedSpans;
  private long droppedAllocations;
  private long droppedSince = Long.MAX_VALUE;

  /// @param mostSlices that are written down
  public Recorder(int mostSlices, RecordingListener listener) {
    this.mostSlices = mostSlices;
    this.listener = listener;
  }

  private long now() {
    return System.nanoTime() - began;
  }

  // ---- slices

  /// Begins a slice inside the innermost; whoever begins it calls [#end] with what this gives.
  public int begin(Kind kind, String name) {
    return begin(kind, name, NONE);
  }

  /// Begins the backward pass of the slice that was the innermost at the time of [#mark].
  public int begin(Kind kind, String name, long mark) {
    boolean isFull =
        slices.size() >= mostSlices
            && (kind != Kind.PHASE || slices.size() >= mostSlices + MORE_PHASES);
    if (open > 0 || isFull) {
      open++;
      droppedSlices++;
      dropping();
      return DROPPED;
    }
    int cause = mark >>> Integer.SIZE == number ? (int) mark : NONE;
    innermost = slices.begin(kind, name, innermost, cause, now());
    kernel = "";
    listener.began(innermost, kind, name);
    return innermost;
  }

  public void end(int slice) {
    if (slice == DROPPED) {
      open--;
      return;
    }
    if (slice != innermost || open > 0) {
      throw new IllegalStateException("slice %d ends inside %d".formatted(slice, innermost));
    }
    slices.end(slice, now());
    innermost = slices.parent(slice);
    kernel = "";
    if (!listener.equals(RecordingListener.NONE)) {
      listener.ended(slices.get(slice));
    }
  }

  /// Whether there was room for a slice that [#begin] gave.
  public boolean isRecorded(int slice) {
    return slice != DROPPED;
  }

  /// The innermost slice, for the backward pass to refer to: it tells apart those of different
  /// recordings.
  public long mark() {
    return (long) number << Integer.SIZE | Integer.toUnsignedLong(open > 0 ? NONE : innermost);
  }

  /// Whether the innermost slice is a phase, or there is none: whether it makes sense to divide it
  /// into phases.
  public boolean isInPhase() {
    return open == 0 && (innermost == NONE || slices.kind(innermost) == Kind.PHASE);
  }

  /// What the innermost slice computes.
  ///
  /// @param key equal to another's if the work is the same
  public void work(Object key, Supplier<Work> work) {
    if (open == 0 && innermost != NONE) {
      slices.work(innermost, key, work);
    }
  }

  /// Which of several algorithms the innermost operation uses. It may use several.
  public void algorithm(String words) {
    int slice = open > 0 ? NONE : innermost;
    while (slice != NONE && slices.kind(slice) == Kind.LAUNCH) {
      slice = slices.parent(slice);
    }
    if (slice != NONE && slices.kind(slice).isOperation()) {
      slices.algorithm(slice, words);
    }
  }

  /// The kernel's twin that runs next, by its class's name.
  public void kernel(String name) {
    kernel = name;
  }

  // ---- workers

  /// Whom threads tell of their parts of the kernel that [#kernel] named: see
  /// [RecordingListener#kernel]. To be asked before going parallel.
  public Supplier<Runnable> parts() {
    return listener.kernel(open > 0 ? NONE : innermost, kernel);
  }

  /// A thread worked on the innermost slice, on the kernel that [#kernel] named.
  ///
  /// @param thread 0 for the one that computes, its workers from 1
  /// @param start as [System#nanoTime] has it
  /// @param end likewise
  public void span(int thread, long start, long end) {
    if (open > 0 || spans.size() >= 2L * mostSlices) {
      droppedSpans++;
      dropping();
      return;
    }
    spans.add(innermost, thread, kernel, start - began, end - began);
  }

  // ---- device

  /// The device that computes, where it is another than the one current at the end.
  public void device(String name) {
    device = name;
  }

  /// How to ask for the time that a launch, a slice that has begun here, takes on the device. Is
  /// asked later, and once.
  public void deviceTime(int launch, DoubleSupplier milliseconds) {
    deviceTimes.add(launch, milliseconds);
  }

  // ---- memory

  /// Memory of a tensor was taken.
  ///
  /// @param pool where from
  /// @param block what it is known by, until it is given back
  /// @param live bytes of the pool that are now in use
  public void taken(Object pool, Object block, long bytes, long live) {
    if (hasRoom()) {
      memory.note(pool, live - bytes);
      listener.allocated(memory.taken(block, innermost, bytes, now()));
    }
  }

  /// Memory of a tensor was given back; as [#taken].
  public void given(Object pool, Object block, long bytes, long live) {
    if (hasRoom()) {
      memory.note(pool, live + bytes);
      listener.allocated(memory.given(block, innermost, bytes, now()));
    }
  }

  /// A tape keeps memory that it did not keep before.
  public void kept(Object block, long bytes) {
    if (hasRoom()) {
      memory.kept(block, innermost, bytes, now());
    }
  }

  /// No tape keeps it any more.
  public void released(Object block, long bytes) {
    if (hasRoom()) {
      memory.released(block, bytes, now());
    }
  }

  /// Once something is missing, sums would be wrong from there on.
  private boolean hasRoom() {
    if (droppedAllocations > 0 || open > 0 || memory.size() >= 2L * mostSlices) {
      droppedAllocations++;
      dropping();
      return false;
    }
    return true;
  }

  // ---- the end

  private void dropping() {
    if (droppedSince == Long.MAX_VALUE) {
      droppedSince = now();
    }
  }

  /// Everything recorded. To be asked once, with no slice open.
  ///
  /// @param current device
  /// @param threads that compute on the processor
  /// @param kernels what was counted on an emulated GPU
  public RunProfile finish(String current, int threads, List<KernelCounts> kernels) {
    deviceTimes.ask(Integer.MAX_VALUE);
    long nanos = now();
    return new RunProfile(
        device.isEmpty() ? current : device,
        threads,
        nanos,
        slices.all(),
        spans.all(),
        memory.allocations(),
        memory.kept(),
        memory.liveBefore(),
        kernels,
        new RunProfile.Dropped(
            droppedSlices, droppedSpans, droppedAllocations, Math.min(nanos, droppedSince)));
  }
}
