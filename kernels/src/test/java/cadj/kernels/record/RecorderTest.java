package cadj.kernels.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RecorderTest {
  private static final int ENOUGH = 1 << 20;

  private static Recorder recorder(int mostSlices) {
    return new Recorder(mostSlices, RecordingListener.NONE);
  }

  private static RunProfile finish(Recorder recorder) {
    return recorder.finish("cpu", 2, List.of());
  }

  @Test
  void slicesNestAndChildrenLieInsideParents() {
    Recorder recorder = recorder(ENOUGH);
    int phase = recorder.begin(Kind.PHASE, "a");
    int first = recorder.begin(Kind.OPERATION, "b");
    recorder.end(first);
    int module = recorder.begin(Kind.MODULE, "c");
    int second = recorder.begin(Kind.OPERATION, "b");
    recorder.end(second);
    recorder.end(module);
    recorder.end(phase);
    List<Slice> slices = finish(recorder).slices();
    assertEquals(List.of("a", "b", "c", "b"), slices.stream().map(Slice::name).toList());
    assertEquals(List.of(-1, 0, 0, 2), slices.stream().map(Slice::parent).toList());
    assertEquals(List.of(0, 1, 2, 3), slices.stream().map(Slice::id).toList());
    for (Slice slice : slices) {
      assertTrue(slice.start() <= slice.end());
      if (slice.parent() >= 0) {
        Slice around = slices.get(slice.parent());
        assertTrue(around.start() <= slice.start() && slice.end() <= around.end());
      }
    }
    assertThrows(IndexOutOfBoundsException.class, () -> slices.get(4));
  }

  @Test
  void aSliceEndsBeforeTheOneAroundIt() {
    Recorder recorder = recorder(ENOUGH);
    int outer = recorder.begin(Kind.PHASE, "outer");
    recorder.begin(Kind.PHASE, "inner");
    assertThrows(IllegalStateException.class, () -> recorder.end(outer));
  }

  @Test
  void theCauseIsASliceOfTheSameRecording() {
    Recorder other = recorder(ENOUGH);
    other.begin(Kind.OPERATION, "elsewhere");
    Recorder recorder = recorder(ENOUGH);
    recorder.end(recorder.begin(Kind.OPERATION, "before"));
    int forward = recorder.begin(Kind.OPERATION, "forward");
    long mark = recorder.mark();
    recorder.end(forward);
    recorder.end(recorder.begin(Kind.BACKWARD, "forward", mark));
    recorder.end(recorder.begin(Kind.BACKWARD, "elsewhere", other.mark()));
    recorder.end(recorder.begin(Kind.BACKWARD, "nowhere", recorder.mark()));
    assertEquals(
        List.of(-1, -1, forward, -1, -1),
        finish(recorder).slices().stream().map(Slice::cause).toList());
  }

  @Test
  void workAndAlgorithmsStayWithTheOperation() {
    Recorder recorder = recorder(ENOUGH);
    int operation = recorder.begin(Kind.OPERATION, "conv2d");
    recorder.work("key", () -> new Work("[1] → [2]", 3, 4, "", 0));
    recorder.algorithm("tiles");
    int launch = recorder.begin(Kind.LAUNCH, "kernel");
    recorder.algorithm("cuDNN");
    recorder.algorithm("tiles");
    recorder.deviceTime(launch, () -> 2.5);
    recorder.end(launch);
    recorder.end(operation);
    int again = recorder.begin(Kind.OPERATION, "conv2d");
    recorder.work(
        "key",
        () -> {
          throw new AssertionError("worked out twice");
        });
    recorder.end(again);
    recorder.end(recorder.begin(Kind.PHASE, "phase"));
    List<Slice> slices = finish(recorder).slices();
    assertEquals(new Work("[1] → [2]", 3, 4, "tiles, cuDNN", 0), slices.get(0).work());
    assertEquals(new Work("", 0, 0, "", 2_500_000), slices.get(1).work());
    assertEquals(new Work("[1] → [2]", 3, 4, "", 0), slices.get(2).work());
    assertNull(slices.get(3).work());
  }

  /// One whose name is part of another's is one more; what a launch inside a launch says is the
  /// operation's; what no operation is around is nobody's.
  @Test
  void algorithmsOfAnOperation() {
    Recorder recorder = recorder(ENOUGH);
    recorder.algorithm("outside");
    int phase = recorder.begin(Kind.PHASE, "phase");
    recorder.algorithm("of a phase");
    int operation = recorder.begin(Kind.BACKWARD, "conv2d");
    recorder.algorithm("Winograd F4");
    int outer = recorder.begin(Kind.LAUNCH, "cuDNN");
    int inner = recorder.begin(Kind.LAUNCH, "gemm");
    recorder.algorithm("Winograd");
    recorder.algorithm("Winograd F4");
    recorder.end(inner);
    recorder.end(outer);
    recorder.algorithm("F4");
    recorder.end(operation);
    recorder.end(phase);
    List<Slice> slices = finish(recorder).slices();
    assertEquals(new Work("", 0, 0, "Winograd F4, Winograd, F4", 0), slices.get(1).work());
    assertNull(slices.get(0).work());
    assertNull(slices.get(2).work());
    assertNull(slices.get(3).work());
  }

  /// In a slice that found no room: nothing that happens is the recorded slice's around it.
  @Test
  void whatHappensInADroppedSliceIsNobodys() {
    List<String> told = new ArrayList<>();
    Recorder recorder =
        new Recorder(
            1,
            new RecordingListener() {
              @Override
              public Supplier<Runnable> kernel(int slice, String kernel) {
                told.add(slice + " " + kernel);
                return () -> () -> {};
              }
            });
    int operation = recorder.begin(Kind.OPERATION, "add");
    recorder.kernel("AddVector");
    recorder.parts();
    int dropped = recorder.begin(Kind.LAUNCH, "launch");
    recorder.kernel("AddCuda");
    recorder.parts();
    recorder.work("key", () -> new Work("[9]", 9, 9, "", 0));
    recorder.algorithm("tiles");
    recorder.kept("block", 8);
    assertFalse(recorder.isInPhase());
    long mark = recorder.mark();
    recorder.end(dropped);
    recorder.end(operation);
    int backward = recorder.begin(Kind.PHASE, "backward", mark);
    assertTrue(recorder.isInPhase());
    int module = recorder.begin(Kind.MODULE, "dropped too");
    assertFalse(recorder.isInPhase());
    recorder.end(module);
    recorder.end(backward);
    assertEquals(List.of("0 AddVector", "-1 AddCuda"), told);
    RunProfile run = finish(recorder);
    assertNull(run.slices().get(0).work());
    assertEquals(-1, run.slices().get(1).cause());
    assertEquals(List.of(), run.kept());
    assertEquals(1, run.dropped().allocations());
  }

  /// What is beyond the bound is counted, phases find room for longer, and the rest nests on.
  @Test
  void aFullRecordingSaysWhatIsMissing() {
    Recorder recorder = recorder(2);
    int phase = recorder.begin(Kind.PHASE, "phase");
    recorder.taken("pool", "block", 100, 100);
    recorder.end(recorder.begin(Kind.OPERATION, "fits"));
    int dropped = recorder.begin(Kind.OPERATION, "dropped");
    assertFalse(recorder.isRecorded(dropped));
    int inside = recorder.begin(Kind.PHASE, "phase inside");
    recorder.span(0, 0, 1);
    recorder.given("pool", "block", 100, 0);
    recorder.algorithm("none");
    recorder.end(inside);
    recorder.end(dropped);
    recorder.taken("pool", "block", 100, 200);
    recorder.end(recorder.begin(Kind.PHASE, "later phase"));
    recorder.end(phase);
    RunProfile run = finish(recorder);
    assertEquals(
        List.of("phase", "fits", "later phase"), run.slices().stream().map(Slice::name).toList());
    assertEquals(0, run.slices().get(2).parent());
    assertEquals(2, run.dropped().slices());
    assertEquals(1, run.dropped().spans());
    assertEquals(2, run.dropped().allocations());
    assertTrue(run.dropped().isAny() && run.dropped().since() <= run.nanos());
    assertEquals(1, run.allocations().size());
  }

  /// Each thread's, by the slice and kernel of the moment, in nanoseconds since the beginning.
  @Test
  void spansOfThreads() {
    Recorder recorder = recorder(ENOUGH);
    int operation = recorder.begin(Kind.OPERATION, "add");
    long start = System.nanoTime();
    recorder.kernel("AddVector");
    recorder.span(0, start, start + 5);
    recorder.span(3, start + 2, start + 9);
    int inside = recorder.begin(Kind.OPERATION, "mul");
    recorder.span(1, start, start);
    recorder.kernel("MulVector");
    recorder.span(1, start, start);
    recorder.end(inside);
    recorder.span(2, start, start);
    recorder.end(operation);
    RunProfile run = finish(recorder);
    long from = run.spans().getFirst().start();
    assertTrue(from >= run.slices().getFirst().start() && from <= run.nanos());
    assertEquals(
        List.of(
            new Span(operation, 0, "AddVector", from, from + 5),
            new Span(operation, 3, "AddVector", from + 2, from + 9),
            new Span(inside, 1, "", from, from),
            new Span(inside, 1, "MulVector", from, from),
            new Span(operation, 2, "", from, from)),
        run.spans());
  }

  /// Twice as many spans, and events of memory, as slices.
  @Test
  void spansAndMemoryAreBounded() {
    Recorder recorder = recorder(3);
    for (int i = 0; i < 8; i++) {
      recorder.span(0, 0, 1);
      recorder.taken("pool", i, 1, i + 1);
      recorder.kept(i, 1);
    }
    RunProfile run = finish(recorder);
    assertEquals(6, run.spans().size());
    assertEquals(2, run.dropped().spans());
    assertEquals(3, run.allocations().size());
    assertEquals(3, run.kept().size());
    assertEquals(10, run.dropped().allocations());
  }

  /// Kept anew by another slice: let go by the latter.
  @Test
  void aBlockIsLetGoByWhoKeptItLast() {
    Recorder recorder = recorder(ENOUGH);
    int first = recorder.begin(Kind.OPERATION, "first");
    recorder.kept("block", 5);
    recorder.end(first);
    recorder.released("block", 5);
    int second = recorder.begin(Kind.OPERATION, "second");
    recorder.kept("block", 5);
    recorder.end(second);
    recorder.released("block", 5);
    recorder.released("block", 5);
    assertEquals(
        List.of(first, first, second, second),
        finish(recorder).kept().stream().map(RunProfile.Kept::slice).toList());
  }

  @Test
  void theDeviceThatComputed() {
    Recorder recorder = recorder(ENOUGH);
    assertEquals("cpu", finish(recorder).device());
    recorder.device("NVIDIA L4");
    assertEquals("NVIDIA L4", finish(recorder).device());
  }

  /// Those that end long after many others began.
  @Test
  void aSliceAroundManyEndsWhereItDoes() {
    Recorder recorder = recorder(ENOUGH);
    int around = recorder.begin(Kind.PHASE, "around");
    for (int i = 0; i < 40_000; i++) {
      recorder.end(recorder.begin(Kind.OPERATION, "inside"));
    }
    recorder.end(around);
    List<Slice> slices = finish(recorder).slices();
    assertEquals(40_001, slices.size());
    assertTrue(slices.getFirst().end() >= slices.getLast().end());
    for (Slice slice : slices) {
      assertTrue(slice.start() <= slice.end(), slice.toString());
    }
  }

  @Test
  void phasesAreBoundedToo() {
    Recorder recorder = recorder(0);
    for (int i = 0; i < Recorder.MORE_PHASES + 3; i++) {
      recorder.end(recorder.begin(Kind.PHASE, "phase"));
    }
    RunProfile run = finish(recorder);
    assertEquals(Recorder.MORE_PHASES, run.slices().size());
    assertEquals(3, run.dropped().slices());
  }

  @Test
  void nothingIsMissingFromAShortRun() {
    RunProfile run = finish(recorder(ENOUGH));
    assertFalse(run.dropped().isAny());
    assertFalse(run.isEmulated());
    KernelCounts counts = new KernelCounts("gemm", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertTrue(recorder(ENOUGH).finish("emulated", 1, List.of(counts)).isEmulated());
    assertEquals(run.nanos(), run.dropped().since());
  }

  @Test
  void memoryKnowsItsBlocksAndWhatWasThereBefore() {
    Recorder recorder = recorder(ENOUGH);
    recorder.given("pool", "old", 30, 70);
    recorder.taken("pool", "a", 50, 120);
    int slice = recorder.begin(Kind.OPERATION, "op");
    recorder.taken("pool", "b", 7, 127);
    recorder.kept("b", 7);
    recorder.end(slice);
    recorder.taken("other pool", "c", 1, 11);
    recorder.given("pool", "a", 50, 77);
    recorder.released("b", 7);
    recorder.released("never kept", 7);
    RunProfile run = finish(recorder);
    assertEquals(110, run.liveBefore());
    assertEquals(
        List.of(-30L, 50L, 7L, 1L, -50L),
        run.allocations().stream().map(Allocation::bytes).toList());
    assertEquals(run.allocations().get(1).id(), run.allocations().get(4).id());
    assertEquals(4, run.allocations().stream().map(Allocation::id).distinct().count());
    assertEquals(slice, run.allocations().get(2).slice());
    assertEquals(List.of(7L, -7L), run.kept().stream().map(RunProfile.Kept::bytes).toList());
    assertEquals(List.of(slice, slice), run.kept().stream().map(RunProfile.Kept::slice).toList());
  }

  /// More launches than are left open at a time.
  @Test
  void everyLaunchIsAskedForItsTimeOnce() {
    Recorder recorder = recorder(ENOUGH);
    List<Integer> asked = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      int launch = recorder.begin(Kind.LAUNCH, "kernel");
      int number = i;
      recorder.deviceTime(
          launch,
          () -> {
            asked.add(number);
            return number;
          });
      recorder.end(launch);
    }
    assertTrue(asked.size() > 5_000);
    RunProfile run = finish(recorder);
    assertEquals(10_000, asked.size());
    for (int i = 0; i < 10_000; i++) {
      assertEquals(i, asked.get(i));
      assertEquals(
          i * 1_000_000L,
          Objects.requireNonNullElse(run.slices().get(i).work(), none()).deviceNanos());
    }
  }

  private static Work none() {
    return new Work("", 0, 0, "", 0);
  }

  @Test
  void listenersAreTold() {
    List<String> told = new ArrayList<>();
    Recorder recorder =
        new Recorder(
            ENOUGH,
            new RecordingListener() {
              @Override
              public void began(int slice, Kind kind, String name) {
                told.add("begin " + slice + " " + name);
              }

              @Override
              public void ended(Slice slice) {
                told.add("end " + slice.id() + " " + slice.name());
              }

              @Override
              public void allocated(Allocation allocation) {
                told.add("bytes " + allocation.bytes());
              }
            });
    int outer = recorder.begin(Kind.PHASE, "a");
    recorder.end(recorder.begin(Kind.OPERATION, "b"));
    recorder.taken("pool", "block", 3, 3);
    recorder.end(outer);
    assertEquals(List.of("begin 0 a", "begin 1 b", "end 1 b", "bytes 3", "end 0 a"), told);
  }

  @Test
  void nothingIsRecordedOutside() {
    assertNull(Recording.current());
    assertEquals(5, Recording.slice(Kind.PHASE, "unrecorded", () -> 5));
    Recorder recorder = recorder(ENOUGH);
    assertEquals(
        6, Recording.with(recorder, () -> Recording.slice(Kind.PHASE, "recorded", () -> 6)));
    assertNull(Recording.current());
    assertEquals(1, finish(recorder).slices().size());
  }

  @Test
  void aSliceEndsHoweverItsWorkDoes() {
    Recorder recorder = recorder(ENOUGH);
    assertThrows(
        IllegalStateException.class,
        () ->
            Recording.with(
                recorder,
                () ->
                    Recording.slice(
                        Kind.PHASE,
                        "fails",
                        () -> {
                          throw new IllegalStateException();
                        })));
    recorder.end(recorder.begin(Kind.PHASE, "next"));
    assertEquals(-1, finish(recorder).slices().get(1).parent());
  }
}
