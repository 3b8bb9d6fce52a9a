package cadj.tensor.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.MappedFiles;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import cadj.tensor.torch.TorchSave;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WeightFilesTest {
  private static final String INDEX = "model.safetensors.index.json";

  @TempDir private Path folder;

  /// Two shards: a in the first, b and c in the second.
  @BeforeEach
  void shards() {
    write("one.safetensors", Map.of("a", Tensor.scalar(1)));
    write("two.safetensors", Map.of("b", Tensor.scalar(2), "c", Tensor.of(new float[6], 2, 3)));
  }

  @AfterEach
  void nothingStaysMapped() throws IOException {
    MappedFiles.assertNoneIn(folder);
  }

  @Test
  void readsAcrossShards() throws IOException {
    index("{\"c\":\"two.safetensors\",\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}");
    try (Checkpoint weights = WeightFiles.open(folder.resolve(INDEX))) {
      assertEquals(List.of("c", "a", "b"), List.copyOf(weights.names()));
      assertEquals(1, weights.tensor("a").item());
      assertEquals(2, weights.tensor("b").item());
      assertEquals(Shape.of(2, 3), weights.shape("c"));
      assertEquals(DType.F32, weights.dtype("c"));
      assertTrue(weights.contains("c"));
      assertFalse(weights.contains("d"));
      assertMessage(
          INDEX, "d: expected this tensor, found none of that name", () -> weights.tensor("d"));
    }
  }

  @Test
  void readsOneFile() {
    try (Checkpoint weights = WeightFiles.open(folder.resolve("two.safetensors"))) {
      assertEquals(List.of("b", "c"), List.copyOf(weights.names()));
      assertEquals(2, weights.tensor("b").item());
    }
    write("empty.safetensors", Map.of());
    assertMessage(
        "empty.safetensors",
        "expected at least one tensor, found none",
        () -> WeightFiles.open(folder.resolve("empty.safetensors")));
  }

  /// Whatever it is called.
  @Test
  void contentTellsTheForm() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    TorchSave.zip(file, Map.of("z", Tensor.scalar(3)));
    assertEquals(3, only(file, "z"));
    TorchSave.legacy(file, Map.of("old", Tensor.scalar(4)));
    assertEquals(4, only(file, "old"));
    write("weights.ckpt", Map.of("s", Tensor.scalar(5)));
    assertEquals(5, only(folder.resolve("weights.ckpt"), "s"));
    Path index = folder.resolve("index");
    Files.writeString(index, "{\"weight_map\":{\"a\":\"one.safetensors\"}}");
    assertEquals(1, only(index, "a"));
    TorchSave.zip(file, Map.of());
    assertMessage(
        "weights.safetensors",
        "expected at least one tensor, found none",
        () -> WeightFiles.open(file));
  }

  private static double only(Path file, String name) {
    try (Checkpoint weights = WeightFiles.open(file)) {
      assertEquals(List.of(name), List.copyOf(weights.names()));
      return (float) weights.tensor(name).item();
    }
  }

  @Test
  void anythingElseIsRefused() throws IOException {
    Path file = folder.resolve("a.pt");
    Files.write(file, new byte[] {(byte) 0x80, 4, '}', '.'});
    assertMessage(
        "a.pt",
        "expected a file that torch.save wrote, or safetensors, found another pickle",
        () -> WeightFiles.open(file));
    Files.write(file, new byte[] {1, 2, 3});
    assertMessage(
        "a.pt",
        "expected a file that torch.save wrote, or safetensors, found one that begins with the"
            + " bytes 010203",
        () -> WeightFiles.open(file));
    Files.write(file, new byte[0]);
    assertMessage(
        "a.pt",
        "expected a file that torch.save wrote, or safetensors, found nothing in it",
        () -> WeightFiles.open(file));
    Files.delete(file);
    assertMessage("a.pt", "expected a file, found none", () -> WeightFiles.open(file));
  }

  @Test
  void shardsOfTorch() throws IOException {
    TorchSave.zip(folder.resolve("one.bin"), Map.of("a", Tensor.scalar(7)));
    TorchSave.legacy(folder.resolve("two.bin"), Map.of("b", Tensor.scalar(8)));
    Path index = folder.resolve("pytorch_model.bin.index.json");
    Files.writeString(index, "{\"weight_map\":{\"a\":\"one.bin\",\"b\":\"two.bin\"}}");
    try (Checkpoint weights = WeightFiles.open(index)) {
      assertEquals(7, weights.tensor("a").item());
      assertEquals(8, weights.tensor("b").item());
      assertEquals(2, weights.files().size());
    }
    Files.writeString(index, "{\"weight_map\":{\"a\":\"one.bin\",\"c\":\"two.bin\"}}");
    assertThrows(FileFormatException.class, () -> WeightFiles.open(index));
  }

  @Test
  void refusesAListedKeyThatTheShardLacks() throws IOException {
    index("{\"a\":\"two.safetensors\",\"b\":\"two.safetensors\",\"c\":\"two.safetensors\"}");
    assertIndexRefused(
        "weight_map.a: expected a tensor of two.safetensors, found no such tensor there");
  }

  @Test
  void refusesATensorThatIsNotListed() throws IOException {
    index("{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}");
    assertMessage(
        "two.safetensors",
        "c: expected only tensors that model.safetensors.index.json lists for this file, found this"
            + " one",
        () -> WeightFiles.open(folder.resolve(INDEX)));
  }

  @Test
  void refusesATensorThatTwoShardsHold() throws IOException {
    write("one.safetensors", Map.of("a", Tensor.scalar(1), "b", Tensor.scalar(3)));
    index("{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\",\"c\":\"two.safetensors\"}");
    assertMessage(
        "one.safetensors",
        "b: expected only tensors that model.safetensors.index.json lists for this file, found this"
            + " one",
        () -> WeightFiles.open(folder.resolve(INDEX)));
  }

  @Test
  void refusesAMissingShard() throws IOException {
    index("{\"a\":\"three.safetensors\"}");
    assertMessage(
        "three.safetensors",
        "expected a file, found none",
        () -> WeightFiles.open(folder.resolve(INDEX)));
  }

  @Test
  void shardsMayHaveBlanksInTheirNames() throws IOException {
    write("part 1.safetensors", Map.of("a", Tensor.scalar(1)));
    index("{\"a\":\"part 1.safetensors\"}");
    try (Checkpoint weights = WeightFiles.open(folder.resolve(INDEX))) {
      assertEquals(1, weights.tensor("a").item());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../one.safetensors",
        "/tmp/one.safetensors",
        "sub/one.safetensors",
        "..\\\\one.safetensors",
        "C:one.safetensors",
        "one.json",
        "\\u0000.safetensors",
        ""
      })
  void refusesPathsAsShards(String name) throws IOException {
    index("{\"a\":\"%s\"}".formatted(name));
    FileFormatException refused =
        assertThrows(FileFormatException.class, () -> WeightFiles.open(folder.resolve(INDEX)));
    assertTrue(
        refused
            .getMessage()
            .contains(
                "weight_map.a: expected the name of a .safetensors or .bin file beside the index"),
        refused.getMessage());
  }

  @Test
  void refusesAnIndexThatIsNone() throws IOException {
    index("{}");
    assertIndexRefused("weight_map: expected at least one tensor, found none");
    index("{\"a\":1}");
    assertIndexRefused("weight_map.a: expected a string, found 1");
    index("{\"a\":\"one.safetensors\",\"a\":\"one.safetensors\"}");
    assertIndexRefused("weight_map.a: expected each key once, found it again");
    Files.writeString(folder.resolve(INDEX), "{}");
    assertIndexRefused("weight_map: expected this key, found no such key");
  }

  private void write(String name, Map<String, Tensor> tensors) {
    SafetensorsWriter.write(folder.resolve(name), tensors, Map.of());
  }

  private void index(String weightMap) throws IOException {
    Files.writeString(
        folder.resolve(INDEX),
        "{\"metadata\":{\"total_size\":4},\"weight_map\":%s}".formatted(weightMap));
  }

  private void assertIndexRefused(String message) {
    assertMessage(INDEX, message, () -> WeightFiles.open(folder.resolve(INDEX)));
  }

  private void assertMessage(String file, String message, Runnable work) {
    Path named = file.isEmpty() ? folder : folder.resolve(file);
    assertEquals(
        named + ": " + message, assertThrows(FileFormatException.class, work::run).getMessage());
  }
}
