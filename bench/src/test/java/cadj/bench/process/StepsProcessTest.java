package cadj.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.bench.peer.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process's figures come from the last line of JSON, and one process serves a round.
class StepsProcessTest {
  @TempDir private Path folder;
  private Path program;
  private final List<Double> peaks = new ArrayList<>();

  /// Each run appends its arguments to a file, and takes as many seconds as there were runs.
  @BeforeEach
  void write() throws IOException {
    program = folder.resolve("Program.java");
    Files.writeString(
        program,
        """
        import java.nio.file.*;
        class Program {
          public static void main(String[] args) throws Exception {
            Path log = Path.of(args[0]);
            Files.writeString(
                log, args[1] + "\\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            int runs = Files.readAllLines(log).size();
            System.out.println("some words");
            System.out.println("{\\"a\\": " + runs + ", \\"b\\": 0.5, \\"peak_gib_sparing\\": 2}");
            System.exit(runs > 2 ? 3 : 0);
          }
        }
        """);
  }

  private StepsProcess process() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new StepsProcess(
        List.of(java, program.toString(), folder.resolve("log").toString()), peaks::add);
  }

  @Test
  void oneProcessServesARound() throws IOException {
    StepsProcess process = process();
    Contender a = process.figure("A", "a", 64);
    Contender b = process.figure("B", "b", 64);
    assertEquals(List.of(1.0, 0.5), List.of(a.turn(0), b.turn(0)));
    assertEquals(List.of(2.0, 0.5), List.of(a.turn(0), b.turn(0)));
    assertEquals(
        List.of("--latents=64", "--latents=64"), Files.readAllLines(folder.resolve("log")));
    assertEquals(List.of(2.0, 2.0), peaks);
  }

  @Test
  void missingFiguresAreNamed() {
    Contender c = process().figure("C", "c", 64);
    var error = assertThrows(IllegalStateException.class, () -> c.turn(0));
    assertTrue(error.getMessage().endsWith("expected a figure c, found none"), error::getMessage);
  }

  @Test
  void failuresAreErrors() {
    Contender a = process().figure("A", "a", 64);
    a.turn(0);
    a.turn(0);
    var error = assertThrows(IllegalStateException.class, () -> a.turn(0));
    assertTrue(
        error.getMessage().contains("--latents=64: exit code 3, after: some words"),
        error::getMessage);
  }

  @Test
  void readsPyTorchsLine() {
    assertEquals(
        Map.of("threads", 2.0, "forward1", 5.25),
        StepsProcess.parse("{}\n{\"torch\": \"2.13\", \"threads\": 2, \"forward1\": 5.25}\n"));
  }

  @Test
  void brokenJsonIsAnError() {
    assertThrows(IllegalStateException.class, () -> StepsProcess.parse("{\"a\": "));
  }
}
