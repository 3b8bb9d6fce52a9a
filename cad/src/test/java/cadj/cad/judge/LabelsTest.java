package cadj.cad.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
  @TempDir private Path temp;

  @Test
  void everyForm() throws IOException {
    Map<Integer, String> three = Map.of(0, "tench", 1, "goldfish", 2, "great white shark");
    assertEquals(three, read("a.txt", "tench\ngoldfish\ngreat white shark\n\n"));
    assertEquals(three, read("a.txt", "tench, Tinca tinca\r\ngoldfish\r\ngreat white shark"));
    assertEquals(three, read("a.txt", "2 great white shark\n0 tench\n1 goldfish"));
    assertEquals(
        three, read("a.txt", "0: 'tench, Tinca tinca',\n1: \"goldfish\",\n2: 'great white shark'"));
    assertEquals(three, read("a.json", "[\"tench\", \"goldfish\", \"great white shark\"]"));
    assertEquals(
        three,
        read(
            "a.json",
            "{\"0\": [\"n01440764\", \"tench\"], \"2\": [\"n01484850\", \"great white shark\"],"
                + " \"1\": [\"n01443537\", \"goldfish\"]}"));
    assertEquals(
        three,
        read(
            "config.json",
            "{\"model_type\": \"resnet\", \"id2label\": {\"0\": \"tench, Tinca tinca\","
                + " \"1\": \"goldfish\", \"2\": \"great white shark\"}}"));
  }

  @Test
  void someOfAllClasses() {
    Labels some = new Labels(new TreeMap<>(Map.of(3, "church", 1, "tench")));
    assertEquals(List.of("class 0", "tench", "class 2", "church", "class 4"), some.all(5));
    assertEquals(List.of("tench", "church"), some.known());
    assertEquals(
        "labels: expected numbers below the 3 classes of the network, got 3 (church)",
        assertThrows(IllegalArgumentException.class, () -> some.all(3)).getMessage());
  }

  @Test
  void namesOfSeveralClassesCarryTheirNumbers() {
    Labels cranes = Labels.of(List.of("crane", "tench", "crane, a machine"));
    assertEquals(List.of("crane (0)", "tench", "crane (2)"), cranes.known());
  }

  @Test
  void imagenette() {
    List<String> all = Labels.IMAGENETTE.all(1000);
    assertEquals("tench", all.get(0));
    assertEquals("English springer", all.get(217));
    assertEquals("golf ball", all.get(574));
    assertEquals("parachute", all.get(701));
    assertEquals("class 1", all.get(1));
    assertEquals(10, Labels.IMAGENETTE.known().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a.txt | `` | expected names of classes, found none",
        "a.txt | `\na` | line 1: expected a name, found none",
        "a.txt | `a\n\nb` | line 2: expected a name, found none",
        "a.txt | `0 a\n0 b` | 0: expected each number once, found it again",
        "a.txt | `70000 a` | expected names of classes, found labels: expected numbers from 0 to"
            + " 65535, got 70000 and 70000",
        "a.txt | `a\n, b` | expected names of classes, found labels: expected a name of class 1,"
            + " got none",
        "a.json | `{\"a\": \"b\"}` | a: expected the number of a class as key, found this one",
        "a.json | `{\"0\": [\"b\"]}` | 0: expected a WordNet id and a name, found a list of 1",
        "a.json | `{\"0\": 1}` | 0: expected a string, found 1",
        "a.json | `{}` | expected names of classes, found labels: expected at least one name, got"
            + " none",
        "a.json | `[` | `expected JSON, found `"
      })
  void oneLineForWhatIsWrong(String name, String content, String message) throws IOException {
    String found = assertThrows(FileFormatException.class, () -> read(name, content)).getMessage();
    String expected = temp.resolve(name) + ": " + message;
    assertEquals(expected, found.substring(0, Math.min(expected.length(), found.length())));
  }

  @Test
  void otherBytes() throws IOException {
    Path file = temp.resolve("a.txt");
    Files.write(file, "Käse".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(
        file + ": expected text in UTF-8, found other bytes",
        assertThrows(FileFormatException.class, () -> LabelFile.read(file)).getMessage());
  }

  private Map<Integer, String> read(String name, String content) throws IOException {
    Path file = temp.resolve(name);
    Files.writeString(file, content);
    return LabelFile.read(file).names();
  }
}
