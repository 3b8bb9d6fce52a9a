package cadj.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The command measures what it is asked for, and says in one line what it cannot.
@Isolated
class BenchTest {
  @TempDir private Path folder;
  private final PrintStream realOut = System.out;
  private final PrintStream realErr = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void redirect() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(realOut);
    System.setErr(realErr);
  }

  @Test
  void measuresAndWrites() throws IOException {
    int code =
        Bench.run(
            "--quick",
            "--rounds=1",
            "--no-peers",
            "--only=softmax,geglu.forward",
            "--out",
            folder + "/new");
    assertEquals(0, code, err::toString);
    List<String> csv = Files.readAllLines(folder.resolve("new/bench.csv"));
    assertEquals(4, csv.size(), csv::toString);
    String table = out.toString(StandardCharsets.UTF_8);
    assertTrue(table.contains("GFLOP/s"), table);
    assertTrue(table.contains("softmax backward"), table);
    assertFalse(table.contains("geglu backward"), table);
    assertFalse(Files.exists(folder.resolve("new/bench.png")), "a plot of no comparison");
  }

  /// The emulated device stands for a real one: kernels, its roofline, a library that agrees.
  @Test
  void measuresAGpuBesideNvidiasLibraries() throws IOException {
    int code =
        Bench.run(
            "--device=emulated",
            "--quick",
            "--rounds=1",
            "--only=softmax,gemm.nn",
            "--out",
            folder + "/g");
    assertEquals(0, code, err::toString);
    List<String> csv = Files.readAllLines(folder.resolve("g/bench.csv"));
    assertEquals(5, csv.size(), csv::toString);
    String table = out.toString(StandardCharsets.UTF_8);
    assertTrue(table.startsWith("emulated: a GPU in Java"), table);
    assertTrue(table.contains("cuBLAS/cuDNN"), table);
  }

  @Test
  void explainsItself() {
    assertEquals(0, Bench.run("--help"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("--python"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--only=gem | --only: expected rooms (",
        "--only=gemm.xy | or operations such as gemm.nt, got gemm.xy",
        "--threads=0 | --threads: expected at least 1, got 0",
        "--device=gpu | expected one of [CPU, CUDA, EMULATED, EMULATED_CHECKED]",
        "--threads=two | Invalid value for option '--threads'",
        "--rounds=0 | --rounds: expected at least 1, got 0",
        "--python=/no/such/python | --python: expected a program, got /no/such/python",
        "--onnx=/no/such | --onnx: expected a file that can be read, got /no/such",
        "--fast | Unknown option: '--fast'",
        "gemm | Unmatched argument"
      })
  void wrongArgumentsAreOneLine(String argument, String expected) {
    assertEquals(2, Bench.run(argument));
    String text = err.toString(StandardCharsets.UTF_8);
    assertEquals(1, text.lines().count(), text);
    assertTrue(text.startsWith("cadj bench: ") && text.contains(expected), text);
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }
}
