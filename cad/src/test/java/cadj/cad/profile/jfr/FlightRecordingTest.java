package cadj.cad.profile.jfr;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import cadj.kernels.record.Kind;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.kernels.record.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Flight Recorder's own reader finds in the file.
class FlightRecordingTest {
  private static final int THREADS = 3;
  private static final long WAIT_MILLIS = 20;

  @TempDir private static Path folder;
  private static List<RecordedEvent> events;
  private static List<EventType> types;

  /// A phase with a module: an operation whose kernel all threads work on; memory; then the
  /// backward pass with two launches.
  @BeforeAll
  static void record() throws IOException {
    Path file = folder.resolve("run.jfr");
    try (FlightRecording flight = FlightRecording.start("a test")) {
      Recorder recorder = new Recorder(1_000, flight.listener());
      Recording.with(
          recorder,
          () -> {
            run(recorder);
            return "";
          });
      flight.write(file);
    }
    events = RecordingFile.readAllEvents(file);
    try (RecordingFile reader = new RecordingFile(file)) {
      types = reader.readEventTypes();
    }
  }

  private static void run(Recorder recorder) {
    int step = recorder.begin(Kind.PHASE, "denoise at 501");
    int forward = recorder.begin(Kind.PHASE, "forward");
    int block = recorder.begin(Kind.MODULE, "mid_block");
    int module = recorder.begin(Kind.MODULE, "mid_block.conv1");
    int conv = recorder.begin(Kind.OPERATION, "conv2d");
    recorder.work("key", () -> new Work("[1,2] → [3]", 640, 96, "", 0));
    recorder.algorithm("Winograd F4");
    long mark = recorder.mark();
    recorder.kernel("Conv2dVector");
    CyclicBarrier all = new CyclicBarrier(THREADS);
    new Cpu(THREADS).parallel(THREADS, i -> meet(all));
    recorder.taken("pool", "a", 4_096, 4_096);
    recorder.end(conv);
    recorder.end(module);
    recorder.taken("pool", "b", 1_024, 5_120);
    recorder.end(block);
    recorder.end(forward);
    int backward = recorder.begin(Kind.BACKWARD, "conv2d", mark);
    int launch = recorder.begin(Kind.LAUNCH, "conv2d_backward");
    recorder.work("launch", () -> new Work("grid (2,1,1)", 0, 0, "", 0));
    recorder.end(launch);
    recorder.end(backward);
    recorder.given("pool", "a", 4_096, 1_024);
    recorder.end(step);
  }

  private static void meet(CyclicBarrier all) {
    try {
      all.await();
      Thread.sleep(WAIT_MILLIS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void operationsForwardAndBackward() {
    List<RecordedEvent> found = of("cadj.Operation");
    assertEquals(
        List.of(
            "conv2d forward mid_block.conv1 denoise at 501/forward [1,2] → [3] Winograd F4 640 96 4"
                + " -1",
            // the module is its forward operation's, the phase its own
            "conv2d backward mid_block.conv1 denoise at 501 null null 0 0 5 4"),
        found.stream()
            .map(
                it ->
                    Stream.of(
                            "operation",
                            "pass",
                            "module",
                            "phase",
                            "shapes",
                            "algorithm",
                            "flops",
                            "bytes",
                            "slice",
                            "cause")
                        .map(field -> Objects.toString(it.getValue(field)))
                        .reduce((a, b) -> a + " " + b)
                        .orElseThrow())
            .toList());
    assertTrue(
        found.getFirst().getDuration().compareTo(Duration.ofMillis(WAIT_MILLIS)) >= 0,
        found.getFirst()::toString);
    assertTrue(
        found.getLast().getDuration().compareTo(Duration.ofMillis(WAIT_MILLIS)) < 0,
        found.getLast()::toString);
    assertTrue(found.getLast().getStartTime().compareTo(found.getFirst().getEndTime()) >= 0);
  }

  @Test
  void eachThreadMakesTheEventOfItsPart() {
    List<RecordedEvent> parts =
        of("cadj.Kernel").stream()
            .filter(it -> it.getString("kernel").equals("Conv2dVector"))
            .toList();
    assertEquals(THREADS, parts.size());
    assertEquals(
        Set.of("cadj-cpu-1", "cadj-cpu-2", Thread.currentThread().getName()),
        parts.stream().map(it -> it.getThread().getJavaName()).collect(toSet()));
    for (RecordedEvent part : parts) {
      assertEquals("conv2d", part.getString("operation"));
      assertEquals(4, part.getInt("slice"));
      assertTrue(part.getDuration().compareTo(Duration.ofMillis(WAIT_MILLIS)) >= 0, part::toString);
    }
  }

  @Test
  void launchesAreKernels() {
    RecordedEvent launch =
        of("cadj.Kernel").stream()
            .filter(it -> !it.getString("kernel").equals("Conv2dVector"))
            .findAny()
            .orElseThrow();
    assertEquals("conv2d_backward", launch.getString("kernel"));
    assertEquals("conv2d", launch.getString("operation"));
    assertEquals("grid (2,1,1)", launch.getString("shape"));
    assertEquals(6, launch.getInt("slice"));
  }

  @Test
  void memoryWithWhoTookIt() {
    assertEquals(
        List.of("4096 4096 conv2d mid_block.conv1 0", "1024 5120  mid_block 1", "-4096 1024   0"),
        of("cadj.Allocation").stream()
            .map(
                it ->
                    "%d %d %s %s %d"
                        .formatted(
                            it.getLong("bytes"),
                            it.getLong("live"),
                            it.getString("operation"),
                            it.getString("module"),
                            it.getLong("block")))
            .toList());
  }

  /// By category and label Mission Control groups and names them.
  @Test
  void eventsAreLabelled() {
    for (String name : List.of("cadj.Operation", "cadj.Kernel", "cadj.Allocation")) {
      EventType type =
          types.stream().filter(it -> it.getName().equals(name)).findAny().orElseThrow();
      assertEquals(List.of("cadj"), type.getCategoryNames());
      assertEquals(name.replace("cadj.", ""), type.getLabel());
      type.getFields().forEach(field -> assertTrue(field.getLabel() != null, field::getName));
    }
    assertTrue(
        events.stream()
            .noneMatch(
                it ->
                    it.getEventType().getName().startsWith("cadj") && it.getStackTrace() != null));
  }

  @Test
  void theVirtualMachineTellsOfItselfToo() {
    assertTrue(
        events.stream().anyMatch(it -> it.getEventType().getName().equals("jdk.JVMInformation")));
  }

  private static List<RecordedEvent> of(String name) {
    return events.stream()
        .filter(it -> it.getEventType().getName().equals(name))
        .sorted(Comparator.comparing(RecordedEvent::getStartTime))
        .toList();
  }
}
