package cadj.kernels.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
