package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever is wrong with a model folder is told in one line: file, key, expected, found.
@GoldenTest
class StrictLoadingTest {
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

  @TempDir private Path temp;
  private Path folder;

  /// A copy of the first model with one text encoder.
  @BeforeEach
  void copy() {
    Path model =
        Golden.modelFolders().stream()
            .filter(path -> !Files.exists(path.resolve("text_encoder_2")))
            .findFirst()
            .orElseThrow();
    folder = Folders.copy(model, temp.resolve("model"));
    Golden.count(1);
  }

  @Test
  void aWholeFolderLoads() {
    TextToImage.load(ModelFiles.open(folder));
  }

  // ---- weights

  @ParameterizedTest
  @CsvSource({
    "unet/diffusion_pytorch_model.safetensors, mid_block.attentions.0.proj_in.weight",
    "vae/diffusion_pytorch_model.safetensors, decoder.conv_norm_out.bias",
    "text_encoder/model.safetensors, text_model.final_layer_norm.weight"
  })
  void missingTensors(String file, String key) {
    String shape = shape(file, key);
    edit(file, tensors -> tensors.remove(key));
    assertRefused(file, key + ": expected a tensor " + shape + ", found none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unet/diffusion_pytorch_model.safetensors",
        "vae/diffusion_pytorch_model.safetensors",
        "text_encoder/model.safetensors"
      })
  void unexpectedTensors(String file) {
    edit(file, tensors -> tensors.put("a.new.weight", Tensor.scalar(1)));
    String expected = ": expected no such tensor in a model of this configuration, found it";
    assertRefused(file, "a.new.weight" + expected);
    edit(file, tensors -> tensors.put("a.newer.weight", Tensor.scalar(1)));
    assertRefused(file, "a.new.weight" + expected + " and 1 more");
  }

  @ParameterizedTest
  @CsvSource({
    "unet/diffusion_pytorch_model.safetensors, time_embedding.linear_1.weight",
    "vae/diffusion_pytorch_model.safetensors, encoder.conv_in.weight",
    "text_encoder/model.safetensors, text_model.embeddings.token_embedding.weight"
  })
  void tensorsOfAnotherShape(String file, String key) {
    String shape = shape(file, key);
    edit(file, tensors -> tensors.put(key, Tensor.of(new float[6], 2, 3)));
    assertRefused(file, key + ": expected shape " + shape + ", found [2,3]");
  }

  @Test
  void truncatedWeights() throws IOException {
    Path file = folder.resolve(UNET);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 4));
    FileFormatException refused = assertThrows(FileFormatException.class, this::load);
    String message = refused.getMessage();
    assertEquals(1, message.lines().count());
    assertEquals(file + ": ", message.substring(0, file.toString().length() + 2));
  }

  // ---- files

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model_index.json",
        "unet/config.json",
        "vae/config.json",
        "text_encoder/config.json",
        "tokenizer/vocab.json",
        "tokenizer/merges.txt",
        "tokenizer/tokenizer_config.json",
        "scheduler/scheduler_config.json"
      })
  void missingFiles(String file) throws IOException {
    Files.delete(folder.resolve(file));
    assertRefused(file, "expected a file, found none");
  }

  @Test
  void missingWeights() throws IOException {
    Files.delete(folder.resolve(UNET));
    assertRefused(
        "unet",
        "expected diffusion_pytorch_model.safetensors, its .index.json,"
            + " diffusion_pytorch_model.bin, or a variant such as"
            + " diffusion_pytorch_model.fp16.safetensors, found config.json");
  }

  @Test
  void noModelFolder() {
    String message =
        assertThrows(FileFormatException.class, () -> ModelFiles.open("no-such-model"))
            .getMessage();
    assertEquals(
        "no-such-model: expected a model folder in diffusers' layout (with unet/ or transformer/,"
            + " vae/, …), a file in the original layout, or the name of an embedded model"
            + " (fashion), found nothing",
        message);
  }

  // ---- values

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model_index.json | _class_name | "FluxPipeline" | StableDiffusionPipeline or StableDiffusionXLPipeline or StableDiffusion3Pipeline, found "FluxPipeline"
          model_index.json | unet | ["diffusers", "DiT"] | UNet2DConditionModel, found "DiT"
          model_index.json | vae | ["diffusers"] | a library and a class, found a list of 1
          model_index.json | tokenizer | 3 | a list, found 3
          model_index.json | vae | [null, null] | AutoencoderKL, found null
          model_index.json | text_encoder | [null, null] | CLIPTextModel, found null
          model_index.json | scheduler | [null, null] | a class, found null
          unet/config.json | _class_name | "UNet3DConditionModel" | UNet2DConditionModel, found "UNet3DConditionModel"
          unet/config.json | act_fn | "mish" | silu or swish, found mish
          unet/config.json | only_cross_attention | true | false where there is attention, found true
          unet/config.json | norm_eps | 0 | a number between 0 and 1, found 0.0
          unet/config.json | freq_shift | 1e9 | from 0 to below
          unet/config.json | sample_size | 2000 | at most 1024, found 2000
          unet/config.json | in_channels | 2147483647 | a size from 1 to 65536, found 2147483647
          unet/config.json | layers_per_block | -1 | 1 to 64 layers, found -1
          unet/config.json | cross_attention_dim | "32" | an integer, found "32"
          unet/config.json | cross_attention_dim | 4294967296 | an integer, found 4294967296
          unet/config.json | attention_head_dim | 7919 | a number of heads that divides
          unet/config.json | block_out_channels | [] | 1 to 8 sizes, found 0 of them
          unet/config.json | block_out_channels | [8, 1.5] | block_out_channels[1]: expected an integer, found 1.5
          vae/config.json | _class_name | "VQModel" | AutoencoderKL, found "VQModel"
          vae/config.json | norm_num_groups | 7919 | block_out_channels: expected multiples of norm_num_groups 7919
          vae/config.json | scaling_factor | -1 | a positive number, found -1.0
          vae/config.json | down_block_types | ["DownEncoderBlock2D"] | blocks, as block_out_channels has, found 1 of them
          text_encoder/config.json | hidden_act | "relu" | quick_gelu or gelu, found relu
          text_encoder/config.json | num_attention_heads | 7919 | a divisor of hidden_size
          text_encoder/config.json | num_hidden_layers | 257 | at most 256, found 257
          text_encoder/config.json | layer_norm_eps | -1 | a number between 0 and 1, found -1.0
          scheduler/scheduler_config.json | prediction_type | "flow_prediction" | epsilon, v_prediction or sample, found flow_prediction
          scheduler/scheduler_config.json | beta_schedule | "sigmoid" | linear, scaled_linear or squaredcos_cap_v2, found sigmoid
          scheduler/scheduler_config.json | beta_end | 2 | beta_start: expected betas between 0 and 1
          scheduler/scheduler_config.json | num_train_timesteps | 1000000 | 2 to 100000, found 1000000
          scheduler/scheduler_config.json | steps_offset | 2147483647 | 0 to
          scheduler/scheduler_config.json | timestep_spacing | "even" | one of linspace, leading, trailing, found even
          scheduler/scheduler_config.json | trained_betas | [0.1] | 1000 numbers, found 1
          tokenizer/tokenizer_config.json | model_max_length | 100 | max_position_embeddings: expected at least the tokenizer's model_max_length 100
          """)
  void unknownValues(String file, String key, String value, String expected) throws IOException {
    Folders.set(folder.resolve(file), key, value);
    if (expected == null) {
      load();
      return;
    }
    String message = assertThrows(FileFormatException.class, this::load).getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains(expected), message);
    if (!expected.contains(": expected ")) {
      assertTrue(message.startsWith(folder.resolve(file) + ": " + key + ": expected "), message);
    }
  }

  @Test
  void missingKeys() throws IOException {
    Folders.remove(folder.resolve("model_index.json"), "_class_name");
    assertRefused("model_index.json", "_class_name: expected this key, found no such key");
  }

  /// Sizes that the parts' own files agree with, but not with each other.
  @Test
  void partsThatDoNotFit() throws IOException {
    int width = ModelFiles.open(folder).textEncoder("text_encoder").config().hiddenSize();
    Optional<Path> found =
        Golden.modelFolders().stream()
            .filter(model -> !crossAttentionDim(model).equals(width))
            .findFirst();
    assumeTrue(found.isPresent() || !Golden.isOtherSet(), "no model of another width");
    Path other = found.orElseThrow();
    for (String file : List.of("unet/config.json", UNET)) {
      Files.copy(other.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    assertRefused(
        "unet/config.json",
        "cross_attention_dim: expected %d, as the model's other parts have it, found %s"
            .formatted(width, crossAttentionDim(other)));
  }

  private static Object crossAttentionDim(Path model) {
    return ModelFiles.open(model).denoiserSizes().get("cross_attention_dim");
  }

  /// Each is allowed, but no tensor can have as many elements.
  @Test
  void sizesImpossibleTogether() throws IOException {
    String file = "text_encoder/config.json";
    Folders.set(folder.resolve(file), "vocab_size", "1048576");
    Folders.set(folder.resolve(file), "hidden_size", "1048576");
    Folders.set(folder.resolve(file), "num_attention_heads", "1");
    assertRefused(
        file,
        "expected a model that can be built,"
            + " found shape [1048576, 1048576]: more than 2^31-1 elements");
  }

  @Test
  void jsonThatIsNone() throws IOException {
    Files.writeString(folder.resolve("unet/config.json"), "{\"in_channels\": 4, }");
    FileFormatException refused = assertThrows(FileFormatException.class, this::load);
    assertEquals(1, refused.getMessage().lines().count());
    Files.writeString(folder.resolve("unet/config.json"), "[]");
    assertRefused("unet/config.json", "expected an object, found a list of 0");
  }

  private void load() {
    TextToImage model = TextToImage.load(ModelFiles.open(folder));
    Scheduler.Kind.DDIM.start(model.schedule(), 10);
  }

  private void assertRefused(String file, String expected) {
    String message = assertThrows(FileFormatException.class, this::load).getMessage();
    assertEquals(folder.resolve(file) + ": " + expected, message);
  }

  private String shape(String file, String key) {
    try (SafetensorsFile open = SafetensorsFile.open(folder.resolve(file))) {
      return open.shape(key).toString();
    }
  }

  private void edit(String file, Consumer<Map<String, Tensor>> change) {
    Map<String, Tensor> tensors = Folders.tensors(folder.resolve(file));
    change.accept(tensors);
    SafetensorsWriter.write(folder.resolve(file), tensors, Map.of());
  }
}
