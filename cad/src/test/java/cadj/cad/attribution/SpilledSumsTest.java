package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.Attribution.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sums in a temporary file: the same bytes of results, parts and unfinished work as in memory, and
/// nothing left on the disk.
@Execution(ExecutionMode.CONCURRENT)
class SpilledSumsTest {
  @TempDir private Path folder;

  static List<Attribution> attributions() {
    return Runs.all();
  }

  @ParameterizedTest
  @MethodSource("attributions")
  void resultsAreTheSameBytes(Attribution attribution) {
    for (boolean keepSums : new boolean[] {false, true}) {
      byte[] expected = result(attribution, keepSums);
      assertArrayEquals(expected, spilling(() -> result(attribution, keepSums)));
    }
  }

  @Test
  void sumsAreThoseOfAPlainLoop() {
    spilling(
        () -> {
          MadeUp.assertAddsUp(MadeUp.attribution(Map.of()).run(true, Progress.NONE));
          return true;
        });
  }

  @Test
  void partsAreTheSameBytes() {
    for (String range : List.of("1", "2-4")) {
      TrajectoryRange trajectories = TrajectoryRange.parse(range);
      assertArrayEquals(part(trajectories), spilling(() -> part(trajectories)));
    }
  }

  /// Stopped in memory after any point and taken up in a file, and the other way round.
  @Test
  void unfinishedWorkIsTakenUpInEither() {
    byte[] expected = result(MadeUp.attribution(Map.of()), true);
    for (int point = 1; point < 8; point++) {
      int at = point;
      stopAfter(at);
      assertArrayEquals(expected, spilling(() -> result(saving(), true)), "after point " + at);
      assertThrows(Stop.class, () -> spilling(() -> run(at)));
      assertArrayEquals(expected, result(saving(), true), "after point " + at);
    }
  }

  /// Whoever kills the program leaves no file behind, since it has no name.
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theFileHasNoName() {
    List<Integer> seen = new ArrayList<>();
    spilling(
        () -> {
          MadeUp.attribution(Map.of()).run(true, (done, total) -> seen.add(files().size()));
          return true;
        });
    assertEquals(9, seen.size());
    assertTrue(seen.stream().allMatch(count -> count == 0), seen::toString);
  }

  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void stopAfter(int point) {
    assertThrows(Stop.class, () -> run(point));
  }

  private AttributionResult run(int point) {
    return saving()
        .run(
            true,
            (done, total) -> {
              if (done == point) {
                throw new Stop();
              }
            });
  }

  private Attribution saving() {
    Attribution madeUp = MadeUp.attribution(Map.of());
    return new Attribution(
        madeUp.points(),
        madeUp.objective(),
        madeUp.estimator(),
        madeUp.watched(),
        madeUp.identity(),
        folder.resolve("partial"),
        1e12);
  }

  private byte[] result(Attribution attribution, boolean keepSums) {
    Path file = folder.resolve("result");
    AttributionFile.write(file, attribution.run(keepSums, Progress.NONE));
    attribution.deletePartial();
    return bytes(file);
  }

  private byte[] part(TrajectoryRange range) {
    Path file = folder.resolve("part");
    MadeUp.attribution(Map.of()).part(range, Progress.NONE).write(file);
    return bytes(file);
  }

  private <T> T spilling(Supplier<T> work) {
    return SumStore.spilling(folder, work);
  }

  private static byte[] bytes(Path file) {
    try {
      byte[] out = Files.readAllBytes(file);
      Files.delete(file);
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
