package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.models.clip.ClipTextConfig;
import cadj.models.original.Family;
import cadj.models.original.PublishedConfig;
import cadj.models.scheduler.PredictionType;
import cadj.models.scheduler.Scheduler;
import cadj.models.sd3.SD3TransformerConfig;
import cadj.models.t5.T5Config;
import cadj.models.unet.UNetConfig;
import cadj.models.vae.VaeConfig;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Files with the shapes of the published models: which family they are told as, and what is read
/// off their shapes.
class PublishedModelsTest {
  @TempDir private Path temp;

  /// What is published of a part.
  private static JsonObject published(Family family, String part) {
    String name =
        "/cadj/models/original/%s/%s.json".formatted(family.name().toLowerCase(Locale.ROOT), part);
    try {
      return JsonFile.read(Path.of(Family.class.getResource(name).toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, Shape> shapes(Family family, String part) {
    JsonObject json = published(family, part);
    return switch (part) {
      case "unet" -> RandomModelFolder.unetShapes(UNetConfig.of(json));
      case "transformer" -> RandomSD3Folder.transformerShapes(SD3TransformerConfig.of(json));
      case "vae" -> RandomModelFolder.vaeShapes(VaeConfig.of(json));
      case "text_encoder_3" -> RandomSD3Folder.t5Shapes(T5Config.of(json));
      default -> {
        boolean projection = json.list("architectures").strings().getFirst().endsWith("Projection");
        ClipTextConfig config = ClipTextConfig.of(json, projection);
        yield RandomModelFolder.textShapes(config, projection);
      }
    };
  }

  /// Numbers of parameters that the models are known to have, with stored positions: 3.5 medium's
  /// are 2,243,171,520 and 384² positions of 1536.
  @ParameterizedTest
  @CsvSource({
    "SD1, unet, 859520964",
    "SD1, vae, 83653863",
    "SD1, text_encoder, 123060480",
    "SD2, unet, 865910724",
    "SD2, vae, 83653863",
    "SD2, text_encoder, 340387840",
    "SDXL, unet, 2567463684",
    "SDXL, vae, 83653863",
    "SDXL, text_encoder, 123060480",
    "SDXL, text_encoder_2, 694659840",
    "SD3, transformer, 2469663936",
    "SD3, vae, 83819683",
    "SD3, text_encoder, 123650304",
    "SD3, text_encoder_2, 694659840",
    "SD3, text_encoder_3, 4762310656"
  })
  void parameters(Family family, String part, long count) {
    assertEquals(count, shapes(family, part).values().stream().mapToLong(Shape::elements).sum());
  }

  /// The shapes of a file, under its own keys.
  private static Map<String, Shape> file(Family family) {
    Map<String, Checkpoint> parts = new LinkedHashMap<>();
    for (String part : family.parts()) {
      parts.put(part, Shapes.of(shapes(family, part)));
    }
    Checkpoint all = family.inOneFile(parts);
    Map<String, Shape> out = new LinkedHashMap<>();
    all.names().forEach(name -> out.put(name, all.shape(name)));
    return out;
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void configurationsComeFromShapes(Family family) {
    Shapes file = Shapes.of(file(family));
    assertEquals(family, Family.of(file));
    for (String part : family.parts()) {
      assertEquals(
          published(family, part).values(),
          PublishedConfig.of(family, part, family.weights(file, part, 0)).values(),
          part);
    }
    assertEquals(
        published(family, "scheduler").values(), PublishedConfig.scheduler(family, file).values());
  }

  /// 24 layers are published, of which Stable Diffusion 2 uses 23; tools write those alone.
  @Test
  void stableDiffusion2LeavesOutTheLastTextLayer() {
    Map<String, Shape> file = file(Family.SD2);
    String layer = "cond_stage_model.model.transformer.resblocks.";
    Map<String, Shape> more = new LinkedHashMap<>(file);
    file.forEach(
        (key, shape) -> {
          if (key.startsWith(layer + "22.")) {
            more.put(key.replace(layer + "22.", layer + "23."), shape);
          }
        });
    more.put("cond_stage_model.model.text_projection", Shape.of(1024, 1024));
    more.put("cond_stage_model.model.logit_scale", Shape.of());
    assertTrue(more.size() > file.size() + 10);
    assertEquals(
        Family.SD2.weights(Shapes.of(file), "text_encoder", 0).names(),
        Family.SD2.weights(Shapes.of(more), "text_encoder", 0).names());
    more.put(layer + "24.ln_1.weight", Shape.of(1024));
    FileFormatException error =
        assertThrows(
            FileFormatException.class,
            () -> Family.SD2.weights(Shapes.of(more), "text_encoder", 0));
    assertTrue(error.getMessage().contains(layer + "24.ln_1.weight"), error.getMessage());
  }

  /// Medium of 3, and large of 3.5: their sizes are told by the shapes, too.
  @ParameterizedTest
  @CsvSource({"24, 24, 0, false, 192, 2028328000", "38, 38, 0, true, 192, 8056627520"})
  void otherSizesOfStableDiffusion3(
      int blocks, int heads, int dual, boolean qkNorm, int positions, long count)
      throws IOException {
    RandomSD3Folder.Sizes medium = RandomSD3Folder.Sizes.MEDIUM_35;
    Path folder = temp.resolve("folder");
    RandomSD3Folder.writeConfigs(folder, medium.with(heads, blocks, dual, qkNorm, positions), true);
    JsonObject json = JsonFile.read(folder.resolve("transformer/config.json"));
    Map<String, Shape> shapes = RandomSD3Folder.transformerShapes(SD3TransformerConfig.of(json));
    assertEquals(
        json.values(), PublishedConfig.of(Family.SD3, "transformer", Shapes.of(shapes)).values());
    shapes.remove("pos_embed.pos_embed");
    assertEquals(count, shapes.values().stream().mapToLong(Shape::elements).sum());
  }

  /// What tools add to say how a model was trained.
  @Test
  void marksOfOtherTraining() {
    Map<String, Shape> file = file(Family.SDXL);
    file.put("v_pred", Shape.of(0));
    file.put("ztsnr", Shape.of(0));
    JsonObject scheduler = PublishedConfig.scheduler(Family.SDXL, Shapes.of(file));
    assertEquals("v_prediction", scheduler.string("prediction_type"));
    assertTrue(scheduler.bool("rescale_betas_zero_snr"));
    assertEquals(Map.of("v_pred", 1, "ztsnr", 1), Family.SDXL.ignored(Shapes.of(file)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "control_model.time_embed.0.weight | a ControlNet",
        "joint_blocks.0.x_block.attn.qkv.weight | Stable Diffusion 3's transformer alone",
        "double_blocks.0.img_attn.proj.weight | Flux",
        "edm_mean | Playground 2.5",
        "embedder.model.visual.proj | unCLIP",
        "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight | --lora",
        "unet.mid_block.attentions.0.proj_in.lora_A.weight | --lora",
        "conditioner.embedders.0.model.ln_final.bias | refiner"
      })
  void otherModelsAreNamed(String key, String says) {
    Map<String, Shape> file = file(Family.SD1);
    file.put(key, Shape.of(4));
    assertRefused(
        file, key + ": expected Stable Diffusion 1, 2, 3 or XL, text to image, found", says);
  }

  @ParameterizedTest
  @CsvSource({"9, inpainting", "8, InstructPix2Pix", "7, upscaler", "5, depth"})
  void otherInputsAreNamed(int channels, String says) {
    Map<String, Shape> file = file(Family.SD2);
    file.put("model.diffusion_model.input_blocks.0.0.weight", Shape.of(320, channels, 3, 3));
    assertRefused(file, "input_blocks.0.0.weight", says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "first_stage_model. | first_stage_model.*: expected the vae of Stable Diffusion 1",
        "model.diffusion_model. | model.diffusion_model.*: expected the unet of Stable Diffusion 1",
        "cond_stage_model. | found a UNet alone, without text encoder"
      })
  void missingPartsAreNamed(String prefix, String says) {
    Map<String, Shape> file = file(Family.SD1);
    file.keySet().removeIf(key -> key.startsWith(prefix));
    assertRefused(file, "shapes.safetensors: ", says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "down_blocks.0.resnets.0.conv1.weight | --unet",
        "encoder.conv_in.weight | a VAE alone",
        "text_model.final_layer_norm.bias | a text encoder alone",
        "score/x | tensors of other names, such as \"score/x\""
      })
  void filesOfOnePartAreNamed(String key, String says) {
    assertRefused(
        Map.of(key, Shape.of(4)),
        "cond_stage_model.*, conditioner.* or model.diffusion_model.joint_blocks.*",
        says);
  }

  private static void assertRefused(Map<String, Shape> file, String... says) {
    String message =
        assertThrows(FileFormatException.class, () -> Family.of(Shapes.of(file))).getMessage();
    for (String part : List.of(says)) {
      assertTrue(message.contains(part), message);
    }
  }

  /// A key that no UNet of these sizes has, one that is missing, and sizes that nobody published.
  @Test
  void keysAndSizesThatDoNotFit() {
    String prefix = "model.diffusion_model.";
    Map<String, Shape> more = file(Family.SD1);
    more.put(prefix + "input_blocks.12.0.in_layers.0.weight", Shape.of(4));
    assertUnusable(more, prefix + "input_blocks.12.0.in_layers.0.weight", "only keys of a unet");
    Map<String, Shape> less = file(Family.SD1);
    less.remove(prefix + "middle_block.1.transformer_blocks.0.attn2.to_k.weight");
    assertUnusable(
        less, prefix + "middle_block.1.transformer_blocks.0.attn2.to_k.weight", "found none");
    Map<String, Shape> other = file(Family.SD1);
    other.put(
        prefix + "middle_block.1.transformer_blocks.0.attn2.to_k.weight", Shape.of(1280, 769));
    assertUnusable(other, "expected 768, the text width of Stable Diffusion 1", "--config DIR");
  }

  private static void assertUnusable(Map<String, Shape> file, String... says) {
    String message =
        assertThrows(
                FileFormatException.class,
                () ->
                    PublishedConfig.of(
                        Family.SD1, "unet", Family.SD1.weights(Shapes.of(file), "unet", 0)))
            .getMessage();
    for (String part : List.of(says)) {
      assertTrue(message.contains(part), message);
    }
  }

  // ---- files of the published sizes

  /// Needs nothing but the file: pipeline, scheduler and tokenizers are the published ones.
  @ParameterizedTest
  @CsvSource({
    "SD1, StableDiffusionPipeline, PNDM, EPSILON, 64, 49407",
    "SD2, StableDiffusionPipeline, DDIM, V_PREDICTION, 96, 0",
    "SDXL, StableDiffusionXLPipeline, EULER, EPSILON, 128, 49407",
    "SD3, StableDiffusion3Pipeline, FLOW_MATCH_EULER, FLOW, 128, 49407"
  })
  void aFileNeedsNothingElse(
      Family family,
      String pipeline,
      Scheduler.Kind scheduler,
      PredictionType predicts,
      int sampleSize,
      int pad)
      throws IOException {
    Path path = SparseFile.write(temp.resolve("m.safetensors"), file(family), DType.F16);
    ModelFiles model = ModelFiles.open(path);
    assertEquals(pipeline, model.index().string("_class_name"));
    assertEquals(scheduler, model.schedule().kind());
    assertEquals(predicts, model.schedule().predictionType());
    assertEquals(sampleSize, model.latentForm().height());
    long[] ids = model.tokenizer("tokenizer").encode("a photo of a cat").ids();
    assertEquals(
        List.of(49406L, 320L, 1125L, 539L, 320L, 2368L, 49407L, (long) pad),
        Arrays.stream(ids).limit(8).boxed().toList());
    if (model.pipeline() != Pipeline.STABLE_DIFFUSION) {
      assertEquals(0, model.tokenizer("tokenizer_2").padId());
    }
    assertFalse(model.hasT5(), "T5's tokenizer is nowhere");
    for (String part : family.parts()) {
      try (Checkpoint weights = model.parameters(part)) {
        assertEquals(shapes(family, part).keySet(), weights.names());
        assertEquals(DType.F16, weights.dtype(weights.names().iterator().next()));
      }
    }
  }
}
