package cadj.tensor.memory;

import cadj.kernels.record.Recording;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs a model's code for the sake of its shapes: operations tell the shape of their result and
/// compute nothing, tensors have no values, and the memory that they would take is counted.
///
/// What operations take for themselves while they compute is not seen. A recording
/// ([cadj.kernels.record.Recording]) sees nothing of a dry run but that there was one; one that
/// begins in it sees the operations and what work they would be.
public final class DryRun {
  private static final ScopedValue<DryRun> CURRENT = ScopedValue.newInstance();

  private long liveBytes;
  private long peakBytes;
  private long allocatedBytes;
  private long largestBlock;

  private DryRun() {}

  /// What a run would take.
  ///
  /// @param peakBytes most bytes of tensors in use at a time
  /// @param largestBlock bytes of all tensors that one block makes: what a tape keeps to take its
  ///   derivatives is less
  public record Memory(long peakBytes, long largestBlock) {}

  public static Memory of(Runnable work) {
    DryRun run = new DryRun();
    ScopedValue.where(CURRENT, run)
        .run(() -> Scope.run("dry run", () -> Recording.suspended(work)));
    return new Memory(run.peakBytes, run.largestBlock);
  }

  public static boolean isOn() {
    return CURRENT.isBound();
  }

  static @Nullable DryRun current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /// Runs a part of a model that counts as one.
  public static <T extends @Nullable Object> T block(Supplier<T> work) {
    DryRun run = current();
    if (run == null) {
      return work.get();
    }
    long before = run.allocatedBytes;
    T result = work.get();
    run.largestBlock = Math.max(run.largestBlock, run.allocatedBytes - before);
    return result;
  }

  void take(long bytes) {
    liveBytes += bytes;
    allocatedBytes += bytes;
    peakBytes = Math.max(peakBytes, liveBytes);
  }

  void give(long bytes) {
    liveBytes -= bytes;
  }
}
