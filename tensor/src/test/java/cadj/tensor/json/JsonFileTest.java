package cadj.tensor.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("config.json");
  }

  @Test
  void readsEveryType() throws IOException {
    JsonObject json =
        read(
            """
            {"name": "ü中😀", "heads": 8, "eps": 1e-5, "big": 1000000000000000019884624838656,
             "flip": true, "none": null, "sizes": [1, 2, 3], "inner": {"x": -3}, "mixed": ["a", 2]}
            """);
    assertEquals("ü中😀", json.string("name"));
    assertEquals(8, json.integer("heads"));
    assertEquals(8.0, json.number("heads"));
    assertEquals(1e-5, json.number("eps"));
    assertEquals(1000000000000000019884624838656.0, json.number("big"));
    assertTrue(json.bool("flip"));
    assertTrue(json.get("none").isNull());
    assertArrayEquals(new int[] {1, 2, 3}, json.intList("sizes"));
    assertEquals(-3, json.object("inner").integer("x"));
    assertEquals("a", json.list("mixed").get(0).string());
    assertEquals(
        List.of("name", "heads", "eps", "big", "flip", "none", "sizes", "inner", "mixed"),
        List.copyOf(json.keys()));
  }

  /// Python writes them without quotes, as in diffusers' `"lambda_min_clipped": -Infinity`.
  @Test
  void wordsForNoNumbersAreTexts() throws IOException {
    JsonObject json = read("{\"a\": NaN, \"b\": Infinity, \"c\": [-Infinity]}");
    assertEquals("NaN", json.string("a"));
    assertEquals("Infinity", json.string("b"));
    assertEquals(List.of("-Infinity"), json.list("c").strings());
    assertMessage("b: expected a number, found \"Infinity\"", () -> json.number("b"));
  }

  @Test
  void fallsBackWhereKeyIsMissingOrNull() throws IOException {
    JsonObject json = read("{\"none\": null, \"heads\": \"8\"}");
    assertFalse(json.has("none"));
    assertEquals(5, json.integerOr("none", 5));
    assertEquals("x", json.stringOr("missing", "x"));
    assertEquals(0.5, json.numberOr("missing", 0.5));
    assertTrue(json.boolOr("missing", true));
    assertArrayEquals(new int[] {4}, json.intListOr("missing", 4));
    assertMessage("heads: expected an integer, found \"8\"", () -> json.integerOr("heads", 5));
  }

  @Test
  void errorsNameFileKeyExpectedAndFound() throws IOException {
    JsonObject json =
        read("{\"a\": {\"sizes\": [1, \"2\", 2.5]}, \"n\": 3000000000, \"s\": \"x\\ny\"}");
    JsonObject a = json.object("a");
    assertMessage("a.sizes[1]: expected an integer, found \"2\"", () -> a.intList("sizes"));
    assertMessage(
        "a.sizes[2]: expected an integer, found 2.5", () -> a.list("sizes").get(2).integer());
    assertMessage("a.sizes: expected a string, found a list of 3", () -> a.string("sizes"));
    assertMessage("a.width: expected this key, found no such key", () -> a.integer("width"));
    assertMessage("n: expected an integer, found 3000000000", () -> json.integer("n"));
    assertMessage("s: expected a number, found \"x\\u000ay\"", () -> json.number("s"));
    assertMessage("a: expected true or false, found an object of 1 key", () -> json.bool("a"));
    assertMessage(
        "s: expected only the keys a, n, found this one", () -> json.requireOnly(Set.of("n", "a")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a": 1, "b": {"c": 1, "c": 2}}  | b.c: expected each key once, found it again
          {"a": 1} {}                      | expected nothing after the JSON, found more at 9
          {"a": 1e999}                     | a: expected a number within double's range, found 1e999
          {"a": "\\ud800"}                 | a: expected Unicode text, found an unpaired surrogate
          {"a": 1                          | expected JSON, found its end at character 7
          {"a": 1,}                        | expected JSON, found what is none at character 8
          [1]                              | expected an object, found a list of 1
          """)
  void refuses(String text, String message) throws IOException {
    Files.writeString(file, text);
    assertMessage(message, () -> JsonFile.read(file));
  }

  @Test
  void refusesWhatIsNotText() throws IOException {
    Files.write(file, "{\"a\": \"ü\"}".getBytes(ISO_8859_1));
    assertMessage("expected UTF-8, found an invalid sequence at byte 7", this::readFile);
    Files.writeString(file, "");
    assertMessage("expected JSON, found nothing", this::readFile);
    Files.delete(file);
    assertMessage("expected a file, found none", this::readFile);
  }

  @Test
  void refusesDepth() throws IOException {
    Files.writeString(file, "{\"a\":" + "[".repeat(100_000));
    assertMessage("a: expected at most 64 levels, found more", this::readFile);
  }

  /// Mutations of a small file end in a value or in one error of one line.
  @Test
  void survivesMutations() throws IOException {
    byte[] valid =
        "{\"name\":\"ü\",\"sizes\":[1,2.5,-3e2],\"inner\":{\"t\":true,\"n\":null}}".getBytes(UTF_8);
    Consumer<byte[]> reading =
        bytes -> {
          try {
            JsonFile.parse(file, ByteBuffer.wrap(bytes));
          } catch (FileFormatException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
          }
        };
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = valid.clone();
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(3)) {
          case 0 -> bytes[at] = (byte) random.nextInt(256);
          case 1 -> bytes[at] = valid[random.nextInt(valid.length)];
          default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        }
      }
      reading.accept(bytes);
    }
  }

  private JsonObject read(String text) throws IOException {
    Files.writeString(file, text);
    return JsonFile.read(file);
  }

  private void readFile() {
    JsonFile.read(file);
  }

  private void assertMessage(String expected, Runnable work) {
    String message = assertThrows(FileFormatException.class, work::run).getMessage();
    assertTrue(message.startsWith(file + ": " + expected), message);
    assertEquals(1, message.lines().count(), message);
  }
}
