package cadj.kernels.device;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The processor: a persistent pool of worker threads that shares out numbered tasks.
///
/// Work is cut into tasks by shape, never by thread count, and no task reads what another writes,
/// so results are the same bits for any number of threads. The caller works too; `threads − 1`
/// daemon workers spin briefly between jobs and then park. A task's exception is thrown to the
/// caller once all tasks have stopped. A parallel call from inside a task runs in that task's
/// thread.
public final class Cpu implements Device {
  private static final int SPINS = 10_000;
  private static final ThreadLocal<Boolean> IN_TASK = ThreadLocal.withInitial(() -> false);

  private final int threads;
  private final Worker[] workers;

  /// @param threads total threads that compute, the caller included; at least 1
  public Cpu(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, got " + threads);
    }
    this.threads = threads;
    this.workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker("cadj-cpu-" + (i + 1));
    }
  }

  public int threads() {
    return threads;
  }

  /// Runs `body` for 0 … tasks−1, in any order, on all threads; returns when all are done.
  public void parallel(int tasks, IntConsumer body) {
    if (tasks <= 0) {
      return;
    }
    if (tasks == 1 || workers.length == 0 || IN_TASK.get()) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
      return;
    }
    synchronized (workers) {
      Job job = new Job(tasks, body);
      int helpers = Math.min(workers.length, tasks - 1);
      for (int i = 0; i < helpers; i++) {
        workers[i].offer(job);
      }
      job.run();
      job.await();
      if (job.failure != null) {
        throw rethrow(job.failure);
      }
    }
  }

  /// Splits `items` into runs of at most `grain` and calls `body` with each run's bounds.
  public void parallelRange(int items, int grain, RangeBody body) {
    int size = Math.max(1, grain);
    parallel(
        Math.ceilDiv(items, size), i -> body.accept(i * size, Math.min(items, (i + 1) * size)));
  }

  /// A run of items, `from` inclusive to `to` exclusive.
  @FunctionalInterface
  public interface RangeBody {
    void accept(int from, int to);
  }

  private static RuntimeException rethrow(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  /// One parallel call: tasks are drawn from a counter, and counted again when done.
  private static final class Job {
    private final int tasks;
    private final IntConsumer body;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final Thread caller = Thread.currentThread();
    private volatile @Nullable Throwable failure;

    Job(int tasks, IntConsumer body) {
      this.tasks = tasks;
      this.body = body;
    }

    void run() {
      boolean outer = IN_TASK.get();
      IN_TASK.set(true);
      try {
        for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
          try {
            if (failure == null) {
              body.accept(i);
            }
          } catch (RuntimeException | Error e) {
            failure = e;
          } finally {
            if (done.incrementAndGet() == tasks) {
              LockSupport.unpark(caller);
            }
          }
        }
      } finally {
        IN_TASK.set(outer);
      }
    }

    void await() {
      for (int spins = 0; done.get() < tasks; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
    }
  }

  /// A daemon thread with room for one job, so that an idle processor never keeps a program alive.
  private static final class Worker {
    private final Thread thread;
    private volatile @Nullable Job job;
    private volatile boolean parked;

    Worker(String name) {
      thread = new Thread(this::loop, name);
      thread.setDaemon(true);
      thread.start();
    }

    void offer(Job next) {
      job = next;
      if (parked) {
        LockSupport.unpark(thread);
      }
    }

    private void loop() {
      Job last = null;
      for (int spins = 0; ; spins++) {
        Job current = job;
        if (current != null && current != last) {
          last = current;
          current.run();
          spins = 0;
        } else if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          parked = true;
          if (job == last) {
            LockSupport.park(this);
          }
          parked = false;
          spins = 0;
        }
      }
    }
  }
}
