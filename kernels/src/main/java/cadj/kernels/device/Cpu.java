package cadj.kernels.device;

import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The processor: a persistent pool of worker threads that shares out numbered tasks.
///
/// Work is cut into tasks by shape, never by thread count, and no task reads what another writes,
/// so results are the same bits for any number of threads. The caller works too; `threads − 1`
/// daemon workers spin briefly between jobs and then park. When tasks fail, the caller gets the
/// exception of the lowest-numbered, once all have stopped; later tasks are skipped. A parallel
/// call from inside a task runs in that task's thread. Callers in several threads take turns.
public final class Cpu implements Device {
  private static final int SPINS = 10_000;
  private static final int RUNS_PER_THREAD = 4;
  private static final ThreadLocal<Boolean> IN_TASK = ThreadLocal.withInitial(() -> false);

  private final int threads;
  private final Worker[] workers;
  private final @Nullable IntConsumer splits;

  /// @param threads total threads that compute, the caller included; at least 1
  public Cpu(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, got " + threads);
    }
    this.threads = threads;
    this.splits = null;
    this.workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
  }

  /// One that computes nothing, for tests of how work is split.
  ///
  /// @param splits is told the number of tasks of each parallel call
  Cpu(int threads, IntConsumer splits) {
    this.threads = threads;
    this.splits = splits;
    this.workers = new Worker[0];
  }

  @Override
  public String name() {
    return "cpu";
  }

  public int threads() {
    return threads;
  }

  /// Runs `body` for 0 … tasks−1, in any order, on all threads; returns when all are done.
  public void parallel(int tasks, IntConsumer body) {
    if (tasks <= 0) {
      return;
    }
    if (splits != null) {
      splits.accept(tasks);
      return;
    }
    boolean inTask = IN_TASK.get();
    Recorder recorder = inTask ? null : Recording.current();
    if (tasks == 1 || workers.length == 0 || inTask) {
      JobTimes times = recorder == null ? null : new JobTimes(recorder, 1);
      if (times != null) {
        times.begin(0);
      }
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
      if (times != null) {
        times.end(0);
        times.report();
      }
      return;
    }
    synchronized (workers) {
      Job job = new Job(tasks, body, recorder == null ? null : new JobTimes(recorder, threads));
      int helpers = Math.min(workers.length, tasks - 1);
      for (int i = 0; i < helpers; i++) {
        workers[i].offer(job);
      }
      job.run(0);
      job.await();
      if (job.times != null) {
        job.times.report();
      }
      job.rethrowFailure();
    }
  }

  /// Splits `items` into runs of at most `grain` and calls `body` with each run's bounds.
  public void parallelRange(int items, int grain, RangeBody body) {
    int size = Math.max(1, grain);
    parallel(
        Math.ceilDiv(items, size),
        i -> {
          int from = i * size;
          body.accept(from, from + Math.min(size, items - from));
        });
  }

  /// How many of `items` to put into a run of [#parallelRange] where no bit depends on the cut: so
  /// many that every thread gets a few runs, but from `least` to `most`.
  public int grain(int items, int least, int most) {
    return Math.clamp(
        Math.ceilDiv(items, RUNS_PER_THREAD * threads), Math.max(1, least), Math.max(1, most));
  }

  /// A run of items, `from` inclusive to `to` exclusive.
  @FunctionalInterface
  public interface RangeBody {
    void accept(int from, int to);
  }

  /// One parallel call: tasks are drawn from a counter, and counted again when their thread finds
  /// no more.
  private static final class Job {
    private final int tasks;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final Thread caller = Thread.currentThread();

    /// Null once all tasks are done: a worker remembers its last job until the next, but not what
    /// that job worked on. Only read after a task was drawn.
    private @Nullable IntConsumer body;

    private volatile int failed = Integer.MAX_VALUE;
    private @Nullable Throwable failure;

    /// When each thread worked, if that is recorded.
    private final @Nullable JobTimes times;

    Job(int tasks, IntConsumer body, @Nullable JobTimes times) {
      this.tasks = tasks;
      this.body = body;
      this.times = times;
    }

    /// @param thread 0 for the caller, its workers from 1
    void run(int thread) {
      boolean outer = IN_TASK.get();
      IN_TASK.set(true);
      int drawn = 0;
      try {
        for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
          drawn++;
          if (times != null) {
            times.begin(thread);
          }
          runTask(i);
        }
        if (times != null) {
          times.end(thread);
        }
      } finally {
        IN_TASK.set(outer);
        if (drawn > 0 && done.addAndGet(drawn) == tasks) {
          LockSupport.unpark(caller);
        }
      }
    }

    /// Tasks are drawn in order, so those before a failed one run whatever the timing, and the
    /// lowest failure is always the same.
    private void runTask(int i) {
      if (i > failed) {
        return;
      }
      try {
        Objects.requireNonNull(body).accept(i);
      } catch (RuntimeException | Error e) {
        fail(i, e);
      }
    }

    private synchronized void fail(int i, Throwable thrown) {
      if (i < failed) {
        failed = i;
        failure = thrown;
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
      body = null;
    }

    synchronized void rethrowFailure() {
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }

  /// A daemon thread with room for one job, so that an idle processor never keeps a program alive.
  private static final class Worker {
    private final int number;
    private final Thread thread;
    private volatile @Nullable Job job;
    private volatile boolean parked;

    Worker(int number) {
      this.number = number;
      thread = new Thread(this::loop, "cadj-cpu-" + number);
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
          current.run(number);
          spins = 0;
        } else if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          // The caller writes `job`, then reads `parked`; here it is the other way round: one of
          // the two sees what the other wrote, so no job is slept through.
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
