package cadj.models.files;

import static cadj.tensor.golden.Golden.assertExact;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.CheckpointView;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T5's weights in the forms that files have: two names of one table, shards, halves of a whole
/// model.
final class T5FilesTest {
  private static final String SHARED = "shared.weight";
  private static final String EMBED_TOKENS = "encoder.embed_tokens.weight";

  private static final Tensor IDS = Tensor.of(new long[] {5, 17, 900, 1}, 1, 4);

  @TempDir private Path temp;
  private Path model;
  private Path part;
  private final Map<String, Tensor> tensors = new TreeMap<>();

  @BeforeEach
  void copy() {
    model =
        Folders.copy(Golden.require("sd3-tiny/model_index.json").getParent(), temp.resolve("m"));
    part = model.resolve("text_encoder_3");
    for (int i = 1; i <= 2; i++) {
      tensors.putAll(
          Folders.tensors(part.resolve("model-0000%d-of-00002.safetensors".formatted(i))));
    }
  }

  @Test
  void theTableUnderEitherNameOrBoth() throws IOException {
    Tensor expected = encode();
    Tensor table = tensors.get(SHARED);
    inOneFile();
    assertExact("shared", expected, encode());
    tensors.put(EMBED_TOKENS, table);
    inOneFile();
    assertExact("both", expected, encode());
    tensors.remove(SHARED);
    inOneFile();
    assertExact("embed_tokens", expected, encode());
    try (Checkpoint parameters = ModelFiles.open(model).parameters("text_encoder_3")) {
      assertTrue(parameters.contains(SHARED));
      assertFalse(parameters.contains(EMBED_TOKENS));
      assertExact(SHARED, table, parameters.tensor(SHARED));
    }
  }

  @Test
  void neitherName() throws IOException {
    tensors.remove(SHARED);
    inOneFile();
    assertRefused(SHARED + ": expected a tensor [1024,64], found none");
  }

  @Test
  void twoDifferentTables() throws IOException {
    float[] values = tensors.get(SHARED).toFloats();
    values[values.length - 1]++;
    tensors.put(EMBED_TOKENS, Tensor.of(values, 1024, 64));
    inOneFile();
    String expected = EMBED_TOKENS + ": expected the same values as shared.weight, found others";
    assertRefused(expected);
    tensors.put(EMBED_TOKENS, tensors.get(SHARED).slice(0, 0, 1000));
    inOneFile();
    assertRefused(expected);
  }

  /// Values without a place in a file are compared as they are read.
  @Test
  void tablesThatAreNotSeenAsTheyAreStored() throws IOException {
    tensors.put(EMBED_TOKENS, tensors.get(SHARED));
    inOneFile();
    assertExact(SHARED, tensors.get(SHARED), TiedEmbedding.of(unseen()).tensor(SHARED));
    float[] values = tensors.get(SHARED).toFloats();
    values[0]++;
    tensors.put(EMBED_TOKENS, Tensor.of(values, 1024, 64));
    inOneFile();
    assertThrows(FileFormatException.class, () -> TiedEmbedding.of(unseen()));
  }

  /// A view does not say where values are.
  private Checkpoint unseen() {
    return new CheckpointView(SafetensorsFile.open(part.resolve("model.safetensors"))) {};
  }

  /// The two tables in different shards, in single and half precision.
  @Test
  void shards() throws IOException {
    tensors.put(EMBED_TOKENS, tensors.get(SHARED));
    for (DType dtype : List.of(DType.F32, DType.BF16)) {
      inShards(dtype);
      assertEquals(4, encode().dim(1));
    }
    float[] values = tensors.get(SHARED).toFloats();
    values[77] += 1;
    tensors.put(EMBED_TOKENS, Tensor.of(values, 1024, 64));
    inShards(DType.BF16);
    assertRefused(EMBED_TOKENS + ": expected the same values as shared.weight, found others");
  }

  @Test
  void aWholeModel() throws IOException {
    Tensor expected = encode();
    tensors.put("lm_head.weight", Tensor.scalar(1));
    tensors.put("decoder.block.0.layer.0.SelfAttention.q.weight", Tensor.scalar(1));
    inOneFile();
    List<String> notes = new ArrayList<>();
    Tensor actual =
        ModelFiles.open(model.toString(), null, null, notes::add).t5Encoder().forward(IDS);
    assertExact("encoder", expected, actual);
    assertEquals(
        List.of(
            part.resolve("model.safetensors")
                + ": ignored 2 tensors of other modules: decoder, lm_head"),
        notes);
  }

  private Tensor encode() {
    return ModelFiles.open(model).t5Encoder().forward(IDS);
  }

  private void assertRefused(String message) {
    FileFormatException refused =
        assertThrows(FileFormatException.class, () -> ModelFiles.open(model).t5Encoder());
    assertTrue(refused.getMessage().endsWith(": " + message), refused.getMessage());
  }

  private void inOneFile() throws IOException {
    clear();
    SafetensorsWriter file = new SafetensorsWriter();
    tensors.forEach(file::add);
    file.write(part.resolve("model.safetensors"));
  }

  private void inShards(DType dtype) throws IOException {
    clear();
    List<SafetensorsWriter> shards = List.of(new SafetensorsWriter(), new SafetensorsWriter());
    List<String> map = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          int shard = name.equals(SHARED) ? 0 : 1;
          shards.get(shard).add(name, dtype, tensor.shape(), () -> tensor);
          map.add("\"%s\": \"shard%d.safetensors\"".formatted(name, shard));
        });
    for (int i = 0; i < shards.size(); i++) {
      shards.get(i).write(part.resolve("shard%d.safetensors".formatted(i)));
    }
    Files.writeString(
        part.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {%s}}".formatted(String.join(", ", map)));
  }

  private void clear() throws IOException {
    try (var files = Files.list(part)) {
      for (Path file : files.filter(f -> f.toString().contains(".safetensors")).toList()) {
        Files.delete(file);
      }
    }
  }
}
