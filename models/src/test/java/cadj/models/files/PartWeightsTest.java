package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.models.scheduler.PredictionType;
import cadj.models.vae.AutoencoderKL;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The forms in which published weights come: in shards, in halves, under older names.
@GoldenTest
class PartWeightsTest {
  private static final String STEM = "unet/diffusion_pytorch_model";
  private static final String VAE = "vae/diffusion_pytorch_model.safetensors";

  @TempDir private Path temp;
  private Path model;
  private Path folder;

  @BeforeEach
  void copy() {
    model = Golden.modelFolders().getFirst();
    folder = Folders.copy(model, temp.resolve("model"));
    Golden.count(1);
  }

  @Test
  void shards() throws IOException {
    Folders.shard(folder, "");
    assertSameUnet();
  }

  @Test
  void shardsOfHalves() throws IOException {
    Folders.shard(folder, ".fp16");
    assertSameUnet();
  }

  @Test
  void shardsMustAllBeThere() throws IOException {
    Folders.shard(folder, "");
    Path second = shardFile(1);
    byte[] bytes = Files.readAllBytes(second);
    Files.write(second, Arrays.copyOf(bytes, bytes.length / 2));
    assertTrue(refusal().startsWith(second + ": "), refusal());
    Files.delete(second);
    assertEquals(second + ": expected a file, found none", refusal());
  }

  @Test
  void shardsHoldWhatTheIndexSays() throws IOException {
    Folders.shard(folder, "");
    Path index = folder.resolve(STEM + ".safetensors.index.json");
    Files.writeString(
        index, Files.readString(index).replace("\"conv_in.bias\"", "\"conv_in.biases\""));
    assertEquals(
        "%s: weight_map.conv_in.biases: expected a tensor of %s, found no such tensor there"
            .formatted(index, shardFile(0).getFileName()),
        refusal());
  }

  /// Where file names are ASCII, some names cannot even be asked for.
  @Test
  void shardsOfStrangeNamesAreMissing() throws IOException {
    Folders.shard(folder, "");
    Path index = folder.resolve(STEM + ".safetensors.index.json");
    String name = shardFile(0).getFileName().toString();
    Files.writeString(index, Files.readString(index).replace(name, "é😀.safetensors"));
    assertEquals(1, refusal().lines().count());
    assertTrue(refusal().startsWith(folder.toString()), refusal());
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void halvesAreWidened(DType half) {
    Path file = folder.resolve(STEM + ".safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    Folders.tensors(file).forEach((key, tensor) -> writer.add(key, half, tensor));
    writer.write(file);
    var full = ModelFiles.open(model).denoiser().parameters();
    ModelFiles.open(folder)
        .denoiser()
        .parameters()
        .forEach(
            (key, weight) -> {
              assertEquals(DType.F32, weight.dtype(), key);
              float[] expected = full.get(key).toFloats();
              for (int i = 0; i < expected.length; i++) {
                expected[i] = rounded(half, expected[i]);
              }
              assertArrayEquals(expected, weight.toFloats(), key);
            });
  }

  /// To the nearest half, to even in the middle.
  private static float rounded(DType half, float x) {
    if (half == DType.F16) {
      return Float.float16ToFloat(Float.floatToFloat16(x));
    }
    int bits = Float.floatToRawIntBits(x);
    return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
  }

  @Test
  void olderAttentionNames() throws IOException {
    for (Path old : Golden.ofModels("variants/vae_legacy_attention_names.safetensors")) {
      Path whole = old.getParent().getParent();
      Path copy = Folders.copy(whole, temp.resolve("old"));
      Files.copy(old, copy.resolve(VAE), StandardCopyOption.REPLACE_EXISTING);
      AutoencoderKL vae = ModelFiles.open(copy).vae();
      assertEquals(ModelFiles.open(whole).vae().parameters().keySet(), vae.parameters().keySet());
      Path expected = Golden.require(Golden.name(whole) + "/expected/vae.safetensors");
      try (SafetensorsFile golden = Golden.open(expected)) {
        Tensor decoded = vae.decode(golden.tensor("latents"));
        Golden.assertClose("decoded", golden.tensor("decoded"), decoded, 1e-5);
      }
    }
  }

  /// Old text encoders store the positions 0, 1, 2 … themselves.
  @Test
  void storedPositionsAreIgnored() {
    Path file = folder.resolve("text_encoder/model.safetensors");
    Map<String, Tensor> tensors = Folders.tensors(file);
    tensors.put("text_model.embeddings.position_ids", Tensor.of(new long[] {0, 1}, 1, 2));
    SafetensorsWriter.write(file, tensors, Map.of());
    var parameters = ModelFiles.open(folder).textEncoder("text_encoder").parameters();
    assertTrue(parameters.keySet().stream().noneMatch(key -> key.contains("position_ids")));
    tensors.remove("text_model.embeddings.position_ids");
    SafetensorsWriter.write(file, tensors, Map.of());
    assertEquals(
        parameters.keySet(),
        ModelFiles.open(folder).textEncoder("text_encoder").parameters().keySet());
  }

  @Test
  void velocityPredictionIsSaidByTheSchedule() throws IOException {
    Path config = folder.resolve("scheduler/scheduler_config.json");
    Folders.set(config, "prediction_type", "\"v_prediction\"");
    assertEquals(PredictionType.V_PREDICTION, ModelFiles.open(folder).schedule().predictionType());
    Folders.set(config, "prediction_type", "null");
    assertEquals(PredictionType.EPSILON, ModelFiles.open(folder).schedule().predictionType());
    for (Path whole : Golden.modelFolders()) {
      String type =
          JsonFile.read(whole.resolve("scheduler/scheduler_config.json"))
              .stringOr("prediction_type", "epsilon");
      assertEquals(
          type.equals("epsilon") ? PredictionType.EPSILON : PredictionType.V_PREDICTION,
          ModelFiles.open(whole).schedule().predictionType());
    }
  }

  private Path shardFile(int shard) {
    return Folders.unetShard(folder, shard);
  }

  private void assertSameUnet() {
    var expected = ModelFiles.open(model).denoiser().parameters();
    var actual = ModelFiles.open(folder).denoiser().parameters();
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach(
        (key, weight) -> assertArrayEquals(weight.toFloats(), actual.get(key).toFloats(), key));
  }

  private String refusal() {
    return assertThrows(FileFormatException.class, () -> ModelFiles.open(folder).denoiser())
        .getMessage();
  }
}
