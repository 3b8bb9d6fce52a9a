package cadj.tensor.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A file is mapped while its checkpoint is open, and not after, nor when it was refused: what the
/// operating system lists as mapped.
@EnabledOnOs(OS.LINUX)
final class UnmapTest {
  @TempDir private Path folder;

  @BeforeEach
  void shards() {
    SafetensorsWriter.write(file("one"), Map.of("a", Tensor.scalar(1)), Map.of());
    SafetensorsWriter.write(file("two"), Map.of("b", Tensor.scalar(2)), Map.of());
  }

  @Test
  void closingUnmapsEveryShard() throws IOException {
    index("{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}");
    try (Checkpoint _ = WeightFiles.open(folder.resolve("model.safetensors.index.json"))) {
      assertEquals(List.of("one.safetensors", "two.safetensors"), mapped());
    }
    assertEquals(List.of(), mapped());
  }

  @Test
  void refusedShardsAreUnmapped() throws IOException {
    index("{\"a\":\"one.safetensors\",\"c\":\"two.safetensors\"}");
    assertRefused(folder.resolve("model.safetensors.index.json"));
  }

  @Test
  void refusedFilesAreUnmapped() throws IOException {
    Files.writeString(file("broken"), "not safetensors");
    assertRefused(file("broken"));
    SafetensorsWriter.write(file("empty"), Map.of(), Map.of());
    assertRefused(file("empty"));
  }

  private void assertRefused(Path weights) throws IOException {
    assertThrows(FileFormatException.class, () -> WeightFiles.open(weights));
    assertEquals(List.of(), mapped());
  }

  private Path file(String name) {
    return folder.resolve(name + ".safetensors");
  }

  private void index(String weightMap) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\":%s}".formatted(weightMap));
  }

  /// Names of this folder's files that are mapped, in order.
  private List<String> mapped() throws IOException {
    String start = folder.toRealPath() + "/";
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains(start))
          .map(line -> line.substring(line.indexOf(start) + start.length()))
          .sorted()
          .toList();
    }
  }
}
