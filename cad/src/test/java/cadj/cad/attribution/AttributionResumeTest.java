package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.Attribution.Progress;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// An attribution stopped or killed after any point and started again ends with the same bits as
/// one that ran through; unfinished work of other settings, or damaged, is refused in one line.
@Execution(ExecutionMode.CONCURRENT)
class AttributionResumeTest {
  private static final Map<String, String> IDENTITY = Map.of("concept", "bag", "seed", "5");

  /// A share of the time in which there is always time to save.
  private static final double ALWAYS = 1e12;

  @TempDir private Path folder;
  private Path partial;

  @BeforeEach
  void name() {
    partial = folder.resolve("a.safetensors.partial");
  }

  static List<Attribution> attributions() {
    return Runs.all();
  }

  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /// The same, saving after every point.
  private Attribution saving(Attribution attribution, Map<String, String> identity) {
    return saving(attribution, identity, ALWAYS);
  }

  private Attribution saving(
      Attribution attribution, Map<String, String> identity, double savingShare) {
    return new Attribution(
        attribution.points(),
        attribution.objective(),
        attribution.estimator(),
        attribution.watched(),
        identity,
        partial,
        savingShare);
  }

  private Attribution saving(Attribution attribution) {
    return saving(attribution, IDENTITY);
  }

  private static Attribution withoutSaving(Attribution attribution) {
    return new Attribution(
        attribution.points(),
        attribution.objective(),
        attribution.estimator(),
        attribution.watched(),
        IDENTITY,
        null,
        Attribution.SAVING_SHARE);
  }

  private static int points(Attribution attribution) {
    return attribution.points().trajectories() * attribution.points().pointsPerTrajectory();
  }

  /// Runs on until `points` more are done.
  private void runAndStop(Attribution attribution, int points) {
    int[] start = {-1};
    assertThrows(
        Stop.class,
        () ->
            saving(attribution)
                .run(
                    true,
                    (done, total) -> {
                      start[0] = start[0] < 0 ? done : start[0];
                      if (done == start[0] + points) {
                        throw new Stop();
                      }
                    }));
  }

  @ParameterizedTest
  @MethodSource("attributions")
  void stoppedAfterEachPoint(Attribution attribution) {
    int points = points(attribution);
    for (int point = 1; point < points; point++) {
      runAndStop(attribution, 1);
      assertTrue(Files.exists(partial));
    }
    List<Integer> told = new ArrayList<>();
    Attribution last = saving(attribution);
    AttributionResult resumed = last.run(true, (done, total) -> told.add(done));
    assertEquals(List.of(points - 1, points), told);
    assertSameBytes(withoutSaving(attribution).run(true, Progress.NONE), resumed);
    last.deletePartial();
    assertFalse(Files.exists(partial));
  }

  /// Gives the state that was saved after each point but the last.
  private List<byte[]> states(BiConsumer<Attribution, Progress> work) {
    List<byte[]> states = new ArrayList<>();
    work.accept(
        saving(madeUp()),
        (done, total) -> {
          if (done > 0 && done < total) {
            states.add(bytes(partial));
          }
        });
    return states;
  }

  @Test
  void killedAfterAnyPoint() throws IOException {
    List<byte[]> states = states((attribution, progress) -> attribution.run(true, progress));
    assertEquals(points(madeUp()) - 1, states.size());
    for (byte[] state : states) {
      Files.write(partial, state);
      MadeUp.assertAddsUp(saving(madeUp()).run(true, Progress.NONE));
    }
  }

  @Test
  void aPartKilledAfterAnyPoint() throws IOException {
    TrajectoryRange range = new TrajectoryRange(1, 3);
    Path straight = folder.resolve("straight");
    withoutSaving(madeUp()).part(range, Progress.NONE).write(straight);
    List<byte[]> states = states((attribution, progress) -> attribution.part(range, progress));
    assertEquals(3 * 2 - 1, states.size());
    for (byte[] state : states) {
      Files.write(partial, state);
      Path resumed = folder.resolve("resumed");
      saving(madeUp()).part(range, Progress.NONE).write(resumed);
      assertArrayEquals(bytes(straight), bytes(resumed));
    }
  }

  @Test
  void aRunThatMaySpendNoTimeSavesNothing() {
    Progress nothing = (done, total) -> assertFalse(Files.exists(partial));
    saving(madeUp(), IDENTITY, 0).run(false, nothing);
  }

  /// The result follows at once, and is saved by who asked for it.
  @Test
  void nothingIsSavedAfterTheLastPoint() {
    Attribution attribution = saving(madeUp());
    List<byte[]> states = new ArrayList<>();
    attribution.run(
        false,
        (done, total) -> {
          if (done >= total - 1) {
            states.add(bytes(partial));
          }
        });
    assertEquals(2, states.size());
    assertArrayEquals(states.getFirst(), states.getLast());
  }

  private static Attribution madeUp() {
    return MadeUp.attribution(IDENTITY);
  }

  @ParameterizedTest
  @MethodSource("attributions")
  void aPartIsTakenUpAgain(Attribution attribution) {
    TrajectoryRange range = new TrajectoryRange(1, 2);
    Path straight = folder.resolve("straight");
    withoutSaving(attribution).part(range, Progress.NONE).write(straight);
    int points = 2 * attribution.points().pointsPerTrajectory();
    for (int stop = 1; stop < points; stop++) {
      int at = stop;
      assertThrows(
          Stop.class,
          () ->
              saving(attribution)
                  .part(
                      range,
                      (done, total) -> {
                        assertEquals(points, total);
                        if (done == at) {
                          throw new Stop();
                        }
                      }));
    }
    Path resumed = folder.resolve("resumed");
    saving(attribution).part(range, Progress.NONE).write(resumed);
    assertArrayEquals(bytes(straight), bytes(resumed));
  }

  @Test
  void unfinishedWorkOfOtherTrajectoriesIsRefused() {
    Attribution attribution = madeUp();
    runAndStop(attribution, 1);
    FileFormatException error =
        assertThrows(
            FileFormatException.class,
            () -> saving(attribution).part(new TrajectoryRange(1, 1), Progress.NONE));
    assertOneLine(error, "unfinished_trajectories: expected 2 (");
  }

  @Test
  void aStoppedRunLeavesNothingButItsState() throws IOException {
    runAndStop(madeUp(), 2);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(partial), files.toList());
    }
  }

  @Test
  void whatAKillWhileSavingLeftIsClearedAway() throws IOException {
    String unique = UUID.randomUUID().toString();
    Files.writeString(folder.resolve(".a.safetensors.partial." + unique + ".tmp"), "half");
    Path another =
        Files.writeString(folder.resolve(".b.safetensors.partial." + unique + ".tmp"), "");
    Attribution attribution = saving(madeUp());
    attribution.run(false, Progress.NONE);
    attribution.deletePartial();
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(another), files.toList());
    }
  }

  @Test
  void otherSettingsAreRefused() {
    Attribution attribution = madeUp();
    runAndStop(attribution, 1);
    assertRefused(attribution, Map.of("concept", "bag", "seed", "6"), "seed: expected 6 (");
    assertRefused(attribution, Map.of("base", "x"), "delete it to start anew), found nothing");
  }

  @Test
  void anotherSetOfParametersIsRefused() {
    runAndStop(madeUp(), 1);
    SequencedMap<String, Tensor> others = new LinkedHashMap<>(madeUp().watched());
    others.put("another", Tensor.of(new float[1], 1));
    Attribution other = Runs.attribution(madeUp().points(), madeUp().objective(), others);
    assertOneLine(
        assertThrows(FileFormatException.class, () -> saving(other).run(false, Progress.NONE)),
        "sum/grad/another");
  }

  @Test
  void aTruncatedStateIsRefused() throws IOException {
    Attribution attribution = madeUp();
    runAndStop(attribution, 1);
    byte[] state = bytes(partial);
    for (int length : new int[] {0, 7, 100, state.length / 2, state.length - 1}) {
      Files.write(partial, Arrays.copyOf(state, length));
      assertRefused(attribution, IDENTITY, "expected");
    }
  }

  @Test
  void anImpossiblePointIsRefused() {
    Attribution attribution = madeUp();
    runAndStop(attribution, 1);
    for (String point : List.of("-1", "0", "8", "99999999999", "x", "")) {
      SafetensorsWriter writer = new SafetensorsWriter();
      try (SafetensorsFile saved = SafetensorsFile.open(partial)) {
        saved.metadata().forEach(writer::metadata);
        saved.names().forEach(name -> writer.add(name, saved.tensor(name)));
      }
      writer.metadata("next_point", point).write(partial);
      assertRefused(attribution, IDENTITY, "next_point: expected 1 to 7, found \"" + point + "\"");
    }
  }

  private void assertRefused(Attribution attribution, Map<String, String> identity, String says) {
    Attribution saving = saving(attribution, identity);
    assertOneLine(
        assertThrows(FileFormatException.class, () -> saving.run(false, Progress.NONE)), says);
  }

  private void assertOneLine(FileFormatException error, String says) {
    String message = error.getMessage();
    assertTrue(message.startsWith(partial + ": ") && message.contains(says), message);
    assertEquals(1, message.lines().count(), message);
  }

  private void assertSameBytes(AttributionResult expected, AttributionResult actual) {
    Path e = folder.resolve("expected.safetensors");
    Path a = folder.resolve("actual.safetensors");
    AttributionFile.write(e, expected);
    AttributionFile.write(a, actual);
    assertArrayEquals(bytes(e), bytes(a));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
