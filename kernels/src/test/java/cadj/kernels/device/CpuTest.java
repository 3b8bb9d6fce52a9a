package cadj.kernels.device;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CpuTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void runsEveryTaskOnce(int threads) {
    Cpu cpu = new Cpu(threads);
    for (int tasks = 0; tasks < 200; tasks++) {
      assertEachOnce(cpu, tasks);
    }
    assertEachOnce(cpu, 100_000);
  }

  private static void assertEachOnce(Cpu cpu, int tasks) {
    AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
    cpu.parallel(tasks, runs::incrementAndGet);
    for (int i = 0; i < tasks; i++) {
      assertEquals(1, runs.get(i), "runs of task " + i + " of " + tasks);
    }
  }

  @Test
  void needsAThread() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> new Cpu(0));
    assertEquals("threads: expected at least 1, got 0", e.getMessage());
  }

  @Test
  void nothingToDo() {
    Cpu cpu = new Cpu(2);
    cpu.parallel(0, i -> assertEquals(-1, i));
    cpu.parallel(-3, i -> assertEquals(-1, i));
    cpu.parallelRange(0, 8, (from, to) -> assertEquals(-1, from));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void survivesManyShortJobs(int threads) {
    Cpu cpu = new Cpu(threads);
    AtomicInteger runs = new AtomicInteger();
    for (int job = 0; job < 50_000; job++) {
      cpu.parallel(2 + job % 3, i -> runs.incrementAndGet());
      if (job % 3 == 2) {
        assertEquals((job + 1) * 3, runs.get());
      }
    }
  }

  /// Pauses around the time after which workers park, so that some jobs come just then.
  @Test
  void wakesWorkersThatAreAboutToSleep() {
    Cpu cpu = new Cpu(2);
    for (int job = 0; job < 2_000; job++) {
      CountDownLatch both = new CountDownLatch(2);
      // Each task waits for the other: hangs unless the worker comes too.
      cpu.parallel(
          2,
          i -> {
            both.countDown();
            while (both.getCount() > 0) {
              Thread.onSpinWait();
            }
          });
      LockSupport.parkNanos(job % 40 * 10_000L);
    }
  }

  /// The caller has slept long since when the worker ends its task.
  @Test
  void callerSleepsUntilTheLastTaskEnds() {
    Cpu cpu = new Cpu(2);
    for (int job = 0; job < 20; job++) {
      Thread caller = Thread.currentThread();
      CountDownLatch taken = new CountDownLatch(2);
      AtomicInteger slept = new AtomicInteger();
      cpu.parallel(
          2,
          i -> {
            taken.countDown();
            while (taken.getCount() > 0) {
              Thread.onSpinWait();
            }
            if (Thread.currentThread() != caller) {
              while (caller.getState() == Thread.State.RUNNABLE) {
                LockSupport.parkNanos(100_000);
              }
              slept.incrementAndGet();
            }
          });
      assertEquals(1, slept.get());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void throwsTheFirstFailureAndLivesOn(int threads) {
    Cpu cpu = new Cpu(threads);
    for (int job = 0; job < 500; job++) {
      RuntimeException e =
          assertThrows(
              IllegalStateException.class,
              () ->
                  cpu.parallel(
                      64,
                      i -> {
                        if (i % 8 == 7) {
                          throw new IllegalStateException("task " + i);
                        }
                      }));
      assertEquals("task 7", e.getMessage());
    }
    assertEachOnce(cpu, 100);
  }

  /// Each thread has a task, and the tasks fail from the last to the first.
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void theLowestFailureCountsThoughItComesLast(int threads) {
    AtomicInteger turn = new AtomicInteger(threads - 1);
    RuntimeException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                new Cpu(threads)
                    .parallel(
                        threads,
                        i -> {
                          while (turn.get() > i) {
                            LockSupport.parkNanos(100_000);
                          }
                          LockSupport.parkNanos(5_000_000);
                          turn.decrementAndGet();
                          throw new IllegalStateException("task " + i);
                        }));
    assertEquals("task 0", e.getMessage());
  }

  @Test
  void throwsErrorsAsTheyAre() {
    Error error = new AssertionError("of a task");
    Error thrown =
        assertThrows(
            AssertionError.class,
            () ->
                new Cpu(3)
                    .parallel(
                        9,
                        i -> {
                          throw error;
                        }));
    assertSame(error, thrown);
  }

  @Test
  void callsFromTasksRunInTheirThread() {
    Cpu outer = new Cpu(3);
    Cpu other = new Cpu(2);
    AtomicInteger runs = new AtomicInteger();
    outer.parallel(
        10,
        i -> {
          Thread mine = Thread.currentThread();
          for (Cpu cpu : List.of(outer, other)) {
            cpu.parallel(
                10,
                k -> {
                  assertSame(mine, Thread.currentThread());
                  runs.incrementAndGet();
                });
          }
        });
    assertEquals(200, runs.get());
  }

  @Test
  void callersTakeTurns() throws InterruptedException {
    Cpu cpu = new Cpu(3);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger wrong = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int c = 0; c < 4; c++) {
      int name = c + 1;
      callers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int job = 0; job < 2_000; job++) {
                      cpu.parallel(
                          5,
                          i -> {
                            // Tasks of one call may overlap, those of two may not.
                            int before = inside.getAndAdd(name << 8 | 1);
                            if ((before & 0xff) * name != before >> 8) {
                              wrong.incrementAndGet();
                            }
                            inside.addAndGet(-(name << 8 | 1));
                          });
                    }
                  }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(0, wrong.get());
  }

  @Test
  void rangesCoverAllItems() {
    for (int items : new int[] {1, 7, 8, 9, 100}) {
      AtomicIntegerArray runs = new AtomicIntegerArray(items);
      new Cpu(2)
          .parallelRange(
              items,
              8,
              (from, to) -> {
                assertEquals(0, from % 8);
                for (int i = from; i < to; i++) {
                  runs.incrementAndGet(i);
                }
              });
      for (int i = 0; i < items; i++) {
        assertEquals(1, runs.get(i));
      }
    }
    AtomicInteger grainless = new AtomicInteger();
    new Cpu(1).parallelRange(5, 0, (from, to) -> grainless.addAndGet(to - from));
    assertEquals(5, grainless.get());
  }

  @Test
  void rangesReachTheLargestInt() {
    AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    new Cpu(2).parallelRange(Integer.MAX_VALUE, 1 << 15, (from, to) -> left.addAndGet(from - to));
    assertEquals(0, left.get());
  }

  @Test
  void forgetsWhatAJobWorkedOn() {
    Cpu cpu = new Cpu(3);
    WeakReference<float[]> memory = runOnLargeMemory(cpu);
    for (int i = 0; i < 50 && memory.get() != null; i++) {
      System.gc();
      LockSupport.parkNanos(10_000_000);
    }
    assertTrue(memory.get() == null, "still held");
  }

  private static WeakReference<float[]> runOnLargeMemory(Cpu cpu) {
    float[] memory = new float[1 << 20];
    cpu.parallel(8, i -> memory[i] = i);
    return new WeakReference<>(memory);
  }
}
