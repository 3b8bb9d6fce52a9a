package cadj.kernels.record;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether this thread's work is recorded, and by whom: the seam that all that is worth recording
/// asks, and that costs a look at a number where nothing is recorded.
public final class Recording {
  /// The phase inside a backward pass in which a checkpointed block is computed again.
  public static final String RECOMPUTE = "recompute";

  private static final long NOWHERE = -1;

  /// Null inside [#suspended].
  private static final ScopedValue<@Nullable Recorder> CURRENT = ScopedValue.newInstance();

  /// Recordings in this process: mostly none, which is quicker to see than that none is bound here.
  private static final AtomicInteger OPEN = new AtomicInteger();

  private Recording() {}

  /// Who records, or null. Pool threads do not inherit it: to be read before going parallel.
  public static @Nullable Recorder current() {
    return OPEN.get() > 0 && CURRENT.isBound() ? CURRENT.get() : null;
  }

  /// Runs `work`, which `recorder` records.
  public static <T extends @Nullable Object> T with(Recorder recorder, Supplier<T> work) {
    OPEN.incrementAndGet();
    try {
      return ScopedValue.where(CURRENT, recorder).call(work::get);
    } finally {
      OPEN.decrementAndGet();
    }
  }

  /// Runs `work` unrecorded, but for recordings that begin in it.
  public static void suspended(Runnable work) {
    ScopedValue.where(CURRENT, null).run(work);
  }

  /// [Recorder#mark], where a run is recorded; else what no slice is known by.
  public static long mark() {
    Recorder recorder = current();
    return recorder == null ? NOWHERE : recorder.mark();
  }

  /// [Recorder#device], where a run is recorded.
  public static void device(String name) {
    Recorder recorder = current();
    if (recorder != null) {
      recorder.device(name);
    }
  }

  /// Tells which of several algorithms the operation uses that is recorded, if one is.
  public static void algorithm(String words) {
    Recorder recorder = current();
    if (recorder != null) {
      recorder.algorithm(words);
    }
  }

  /// The same, in words that take work to find.
  public static void algorithm(Supplier<String> words) {
    Recorder recorder = current();
    if (recorder != null) {
      recorder.algorithm(words.get());
    }
  }

  /// Runs `work`, as a slice of its own where it is recorded.
  public static <T extends @Nullable Object> T slice(Kind kind, String name, Supplier<T> work) {
    Recorder recorder = current();
    if (recorder == null) {
      return work.get();
    }
    int slice = recorder.begin(kind, name);
    try {
      return work.get();
    } finally {
      recorder.end(slice);
    }
  }
}
