package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The command line within this process: exit code, and what it wrote.
record Cli(int code, String out, String err) {
  static Cli run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stdout = System.out;
    PrintStream stderr = System.err;
    int code;
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      code = Main.run(args);
    } finally {
      System.setOut(stdout);
      System.setErr(stderr);
    }
    return new Cli(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /// Demands success and nothing on standard error.
  Cli succeeds() {
    assertEquals("", err);
    assertEquals(0, code);
    return this;
  }

  /// Demands failure: that code, nothing on standard output but which device was chosen, one line
  /// on standard error.
  Cli fails(int expected, String says) {
    assertEquals(expected, code, err);
    assertTrue(out.matches("((cpu|cuda): .*\\R)?"), out);
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.startsWith("cadj: ") && err.contains(says), err);
    return this;
  }

  /// Demands success, and one JSON object on standard output.
  JsonNode json() {
    succeeds();
    List<String> lines = out.lines().toList();
    assertEquals(1, lines.size(), out);
    try {
      JsonNode node = new ObjectMapper().readTree(lines.getFirst());
      assertTrue(node.isObject(), out);
      return node;
    } catch (JsonProcessingException e) {
      throw new AssertionError(out, e);
    }
  }
}
