package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import cadj.tensor.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One hash for the denoiser's weights, one for all else that pictures come from.
class FolderHashTest {
  private static final ModelFiles FASHION = ModelFiles.open("fashion");

  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scheduler/scheduler_config.json",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "tokenizer/merges.txt",
        "unet/config.json",
        "vae/diffusion_pytorch_model.safetensors"
      })
  void everyPartCounts(String file) throws IOException {
    Path copy = Folders.copy(FASHION.path(), temp.resolve("copy"));
    assertEquals(FASHION.partsHash(), ModelFiles.open(copy).partsHash());
    flipLastByte(copy.resolve(file));
    assertNotEquals(FASHION.partsHash(), ModelFiles.open(copy).partsHash());
    assertEquals(FASHION.denoiserHash(), ModelFiles.open(copy).denoiserHash());
  }

  @Test
  void soDoesWhatAnAbsentNegativePromptIs() throws IOException {
    Path copy = Folders.copy(FASHION.path(), temp.resolve("copy"));
    Folders.set(copy.resolve("model_index.json"), "force_zeros_for_empty_prompt", "true");
    assertNotEquals(FASHION.partsHash(), ModelFiles.open(copy).partsHash());
  }

  @Test
  void theDenoisersWeightsHaveTheirOwn() throws IOException {
    Path copy = Folders.copy(FASHION.path(), temp.resolve("copy"));
    flipLastByte(copy.resolve("unet/diffusion_pytorch_model.safetensors"));
    assertEquals(FASHION.partsHash(), ModelFiles.open(copy).partsHash());
    assertNotEquals(FASHION.denoiserHash(), ModelFiles.open(copy).denoiserHash());
  }

  @Test
  void everyShardCounts() throws IOException {
    Path copy = Folders.copy(FASHION.path(), temp.resolve("copy"));
    Folders.shard(copy, "");
    String whole = ModelFiles.open(copy).denoiserHash();
    for (int shard = 0; shard < 2; shard++) {
      Path file = Folders.unetShard(copy, shard);
      flipLastByte(file);
      assertNotEquals(whole, ModelFiles.open(copy).denoiserHash(), file.toString());
      flipLastByte(file);
      assertEquals(whole, ModelFiles.open(copy).denoiserHash());
    }
  }

  /// By which an edit of text encoders knows its model.
  @Test
  void eachTextEncoderCountsInTheirHash() throws IOException {
    Path copy =
        Folders.copy(Golden.require("sdxl-tiny/model_index.json").getParent(), temp.resolve("xl"));
    String whole = ModelFiles.open(copy).textEncodersHash();
    for (String part : List.of("text_encoder", "text_encoder_2")) {
      Path file = copy.resolve(part).resolve("model.safetensors");
      flipLastByte(file);
      assertNotEquals(whole, ModelFiles.open(copy).textEncodersHash(), part);
      flipLastByte(file);
    }
    flipLastByte(copy.resolve("unet/diffusion_pytorch_model.safetensors"));
    assertEquals(whole, ModelFiles.open(copy).textEncodersHash());
  }

  /// The same content under another name is another part.
  @Test
  void soDoFileNames() throws IOException {
    Path copy = Folders.copy(FASHION.path(), temp.resolve("copy"));
    Path map = copy.resolve("tokenizer/special_tokens_map.json");
    Files.move(map, map.resolveSibling("special_tokens_map_2.json"));
    assertNotEquals(FASHION.partsHash(), ModelFiles.open(copy).partsHash());
  }

  @Test
  void whatNoPictureComesFromDoesNotCount() throws IOException {
    Path copy = Folders.copy(FASHION.path(), temp.resolve("copy"));
    Files.writeString(copy.resolve("unet/README.md"), "text");
    Files.writeString(copy.resolve("LICENSE.txt"), "text");
    Files.copy(
        copy.resolve("vae/diffusion_pytorch_model.safetensors"),
        copy.resolve("vae/diffusion_pytorch_model.fp16.safetensors"));
    assertEquals(FASHION.partsHash(), ModelFiles.open(copy).partsHash());
  }

  /// What a tokenizer of today's transformers consists of, and an index that nothing was read from.
  @Test
  void tokenizerFilesCountAndIndicesDoNot() throws IOException {
    Path copy = Folders.copy(FASHION.path(), temp.resolve("copy"));
    Files.writeString(
        copy.resolve("text_encoder/model.safetensors.index.json"), "{\"weight_map\": {}}");
    assertEquals(FASHION.partsHash(), ModelFiles.open(copy).partsHash());
    Path tokenizer = copy.resolve("tokenizer/tokenizer.json");
    Files.writeString(tokenizer, "{}");
    String first = ModelFiles.open(copy).partsHash();
    assertNotEquals(FASHION.partsHash(), first);
    Files.writeString(tokenizer, "{ }");
    assertNotEquals(first, ModelFiles.open(copy).partsHash());
  }

  /// The variant that is read, whatever lies beside it.
  @Test
  void hashesAreOfTheVariantThatIsRead() throws IOException {
    Path copy = Folders.copy(FASHION.path(), temp.resolve("copy"));
    for (String part : List.of("unet", "vae")) {
      Path plain = PartForms.plain(copy, part);
      Path variant = plain.resolveSibling("diffusion_pytorch_model.fp16.safetensors");
      Files.copy(plain, variant);
      flipLastByte(variant);
    }
    ModelFiles plain = ModelFiles.open(copy);
    ModelFiles half = ModelFiles.open(copy.toString(), null, "fp16", note -> {});
    assertEquals(FASHION.denoiserHash(), plain.denoiserHash());
    assertEquals(FASHION.partsHash(), plain.partsHash());
    assertNotEquals(plain.denoiserHash(), half.denoiserHash());
    assertNotEquals(plain.partsHash(), half.partsHash());
  }

  private static void flipLastByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }
}
