package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// An attribution stopped or killed after any unit and started again ends with the same bits as one
/// that ran through; unfinished work of other settings, or damaged, is refused in one line.
class AttributionResumeTest {
  private static final Map<String, String> IDENTITY = Map.of("concept", "bag", "seed", "5");

  @TempDir private Path folder;
  private Path partial;

  @BeforeEach
  void name() {
    partial = folder.resolve("a.safetensors.partial");
  }

  static Stream<Procedure> procedures() {
    return Runs.all().stream();
  }

  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private Attribution attribution(Procedure procedure, Map<String, String> identity) {
    return new Attribution(procedure, Runs.WATCHED, identity, partial, Duration.ZERO);
  }

  private AttributionResult straight(Procedure procedure) {
    return new Attribution(procedure, Runs.WATCHED, IDENTITY, null, Duration.ZERO)
        .run(true, (done, total) -> {});
  }

  /// Runs on until `units` more are done.
  private void runAndStop(Procedure procedure, int units) {
    int[] start = {-1};
    assertThrows(
        Stop.class,
        () ->
            attribution(procedure, IDENTITY)
                .run(
                    true,
                    (done, total) -> {
                      start[0] = start[0] < 0 ? done : start[0];
                      if (done == start[0] + units) {
                        throw new Stop();
                      }
                    }));
  }

  @ParameterizedTest
  @MethodSource("procedures")
  void stoppedAfterEachUnit(Procedure procedure) {
    for (int unit = 1; unit < procedure.units(); unit++) {
      runAndStop(procedure, 1);
      assertTrue(Files.exists(partial));
    }
    List<Integer> told = new ArrayList<>();
    Attribution last = attribution(procedure, IDENTITY);
    AttributionResult resumed = last.run(true, (done, total) -> told.add(done));
    assertEquals(List.of(procedure.units() - 1, procedure.units()), told);
    assertSameBytes(straight(procedure), resumed);
    last.deletePartial();
    assertFalse(Files.exists(partial));
  }

  @Test
  void killedAfterAnyUnit() throws IOException {
    Procedure procedure = Runs.eraseReference();
    List<byte[]> states = new ArrayList<>();
    AttributionResult whole =
        attribution(procedure, IDENTITY)
            .run(
                true,
                (done, total) -> {
                  if (done > 0 && done < total) {
                    states.add(bytes(partial));
                  }
                });
    assertEquals(procedure.units() - 1, states.size());
    for (byte[] state : states) {
      Files.write(partial, state);
      assertSameBytes(whole, attribution(procedure, IDENTITY).run(true, (done, total) -> {}));
    }
  }

  @Test
  void aStoppedRunLeavesNothingButItsState() throws IOException {
    runAndStop(Runs.eraseReference(), 2);
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
    Attribution attribution = attribution(Runs.eraseReference(), IDENTITY);
    attribution.run(false, (done, total) -> {});
    attribution.deletePartial();
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(another), files.toList());
    }
  }

  @Test
  void otherSettingsAreRefused() {
    Procedure procedure = Runs.eraseReference();
    runAndStop(procedure, 1);
    assertRefused(procedure, Map.of("concept", "bag", "seed", "6"), "seed: expected 6 (");
    assertRefused(procedure, Map.of("base", "x"), "delete it to start anew), found nothing");
  }

  @Test
  void anotherSetOfParametersIsRefused() {
    Procedure procedure = Runs.eraseReference();
    runAndStop(procedure, 1);
    Attribution other =
        new Attribution(
            procedure,
            Sites.NORM.of(Runs.PIPELINE.unet().parameters()),
            IDENTITY,
            partial,
            Duration.ZERO);
    assertOneLine(
        assertThrows(FileFormatException.class, () -> other.run(false, (done, total) -> {})),
        "sum/");
  }

  @Test
  void aTruncatedStateIsRefused() throws IOException {
    Procedure procedure = Runs.eraseReference();
    runAndStop(procedure, 1);
    byte[] state = bytes(partial);
    for (int length : new int[] {0, 7, 100, state.length / 2, state.length - 1}) {
      Files.write(partial, Arrays.copyOf(state, length));
      assertRefused(procedure, IDENTITY, "expected");
    }
  }

  @Test
  void anImpossibleUnitIsRefused() {
    Procedure procedure = Runs.eraseReference();
    runAndStop(procedure, 1);
    for (String unit : List.of("-1", "5", "99999999999", "x", "")) {
      SafetensorsWriter writer = new SafetensorsWriter();
      try (SafetensorsFile saved = SafetensorsFile.open(partial)) {
        saved.metadata().forEach(writer::metadata);
        saved.names().forEach(name -> writer.add(name, saved.tensor(name)));
      }
      writer.metadata("next_unit", unit).write(partial);
      assertRefused(procedure, IDENTITY, "next_unit: expected 0 to 4, found \"" + unit + "\"");
    }
  }

  private void assertRefused(Procedure procedure, Map<String, String> identity, String says) {
    Attribution attribution = attribution(procedure, identity);
    assertOneLine(
        assertThrows(FileFormatException.class, () -> attribution.run(false, (done, total) -> {})),
        says);
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
