package cadj.models.files;

import static java.util.Objects.requireNonNull;

import cadj.models.clip.ClipTextConfig;
import cadj.models.clip.ClipTextModel;
import cadj.models.scheduler.PredictionType;
import cadj.models.unet.UNet2DConditionModel;
import cadj.models.unet.UNetConfig;
import cadj.models.vae.AutoencoderKL;
import cadj.models.vae.VaeConfig;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes a model folder in the layout of Stable Diffusion 1 with random weights in half precision:
/// a model as large and as fast as the published one, where only size and speed matter.
///
/// The tokenizer is the embedded model's. [RandomSD3Folder] writes Stable Diffusion 3.5.
public final class RandomModelFolder {
  /// Which model to write.
  ///
  /// @param unetChannels channels per level; all levels but the last have transformers
  /// @param unetHeads attention heads, the same on each level
  /// @param groups of every GroupNorm
  /// @param textHidden also the denoiser's cross-attention width
  public record Sizes(
      List<Integer> unetChannels,
      int unetHeads,
      int sampleSize,
      List<Integer> vaeChannels,
      int groups,
      int textHidden,
      int textLayers,
      int textHeads,
      int vocabulary) {
    /// Stable Diffusion 1.4, with CLIP ViT-L/14's text encoder.
    public static final Sizes STABLE_DIFFUSION_1 =
        new Sizes(
            List.of(320, 640, 1280, 1280),
            8,
            64,
            List.of(128, 256, 512, 512),
            32,
            768,
            12,
            12,
            49408);
  }

  private final Path folder;
  private final Sizes sizes;

  private RandomModelFolder(Path folder, Sizes sizes) {
    this.folder = folder;
    this.sizes = sizes;
  }

  /// Writes a model of a published one's shapes: a folder, and which model.
  ///
  /// ```
  /// sd1.4                     2.1 GB
  /// sd3.5-medium             16.1 GB
  /// sd3.5-medium-without-t5   6.6 GB
  /// ```
  public static void main(String[] args) {
    String model = args.length == 1 ? "sd1.4" : args.length == 2 ? args[1] : "";
    switch (model) {
      case "sd1.4" -> write(Path.of(args[0]), Sizes.STABLE_DIFFUSION_1);
      case "sd3.5-medium" ->
          RandomSD3Folder.write(Path.of(args[0]), RandomSD3Folder.Sizes.MEDIUM_35, true);
      case "sd3.5-medium-without-t5" ->
          RandomSD3Folder.write(Path.of(args[0]), RandomSD3Folder.Sizes.MEDIUM_35, false);
      default -> {
        System.err.println(
            "expected the folder to write, and sd1.4, sd3.5-medium or sd3.5-medium-without-t5");
        System.exit(2);
      }
    }
  }

  /// Writes the whole folder.
  public static void write(Path folder, Sizes sizes) {
    RandomModelFolder writer = new RandomModelFolder(folder, sizes);
    writer.writeConfigs();
    writer.copyTokenizer();
    RandomWeights.write(
        folder.resolve("unet/diffusion_pytorch_model.safetensors"),
        unetShapes(UNetConfig.of(writer.config("unet"))));
    RandomWeights.write(
        folder.resolve("vae/diffusion_pytorch_model.safetensors"),
        vaeShapes(VaeConfig.of(writer.config("vae"))));
    RandomWeights.write(
        folder.resolve("text_encoder/model.safetensors"),
        textShapes(ClipTextConfig.of(writer.config("text_encoder"), false), false));
  }

  // ---- parameters

  static SequencedMap<String, Shape> unetShapes(UNetConfig config) {
    return RandomWeights.shapes(
        weights -> new UNet2DConditionModel(weights, config, PredictionType.EPSILON));
  }

  static SequencedMap<String, Shape> vaeShapes(VaeConfig config) {
    return RandomWeights.shapes(weights -> new AutoencoderKL(weights, config));
  }

  /// @param projection whether the text encoder has one
  static SequencedMap<String, Shape> textShapes(ClipTextConfig config, boolean projection) {
    return RandomWeights.shapes(weights -> new ClipTextModel(weights, config, projection));
  }

  // ---- the other files

  private JsonObject config(String part) {
    return JsonFile.read(folder.resolve(part).resolve("config.json"));
  }

  private void copyTokenizer() {
    copyTokenizer(folder.resolve("tokenizer"));
  }

  /// Writes CLIP's tokenizer of the embedded model to the folder `to`.
  static void copyTokenizer(Path to) {
    Path source = EmbeddedModels.find("fashion").orElseThrow().resolve("tokenizer");
    try (Stream<Path> files = Files.list(source)) {
      Files.createDirectories(to);
      for (Path file : files.toList()) {
        String name = requireNonNull(file.getFileName()).toString();
        Files.writeString(to.resolve(name), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String name, String text) {
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(requireNonNull(file.getParent()));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Only the configuration files.
  static void writeConfigs(Path folder, Sizes sizes) {
    new RandomModelFolder(folder, sizes).writeConfigs();
  }

  /// The keys that the published files have.
  private void writeConfigs() {
    int levels = sizes.unetChannels.size();
    String[] down = new String[levels];
    Arrays.fill(down, "CrossAttnDownBlock2D");
    down[levels - 1] = "DownBlock2D";
    String[] up = new String[levels];
    Arrays.fill(up, "CrossAttnUpBlock2D");
    up[0] = "UpBlock2D";
    write(
        "unet/config.json",
        """
        {
          "_class_name": "UNet2DConditionModel",
          "_diffusers_version": "0.30.3",
          "act_fn": "silu",
          "attention_head_dim": %d,
          "block_out_channels": %s,
          "center_input_sample": false,
          "cross_attention_dim": %d,
          "down_block_types": %s,
          "downsample_padding": 1,
          "flip_sin_to_cos": true,
          "freq_shift": 0,
          "in_channels": 4,
          "layers_per_block": 2,
          "mid_block_scale_factor": 1,
          "norm_eps": 1e-05,
          "norm_num_groups": %d,
          "out_channels": 4,
          "sample_size": %d,
          "up_block_types": %s
        }
        """
            .formatted(
                sizes.unetHeads,
                sizes.unetChannels,
                sizes.textHidden,
                quoted(List.of(down)),
                sizes.groups,
                sizes.sampleSize,
                quoted(List.of(up))));
    int vaeLevels = sizes.vaeChannels.size();
    write(
        "vae/config.json",
        """
        {
          "_class_name": "AutoencoderKL",
          "_diffusers_version": "0.30.3",
          "act_fn": "silu",
          "block_out_channels": %s,
          "down_block_types": %s,
          "in_channels": 3,
          "latent_channels": 4,
          "layers_per_block": 2,
          "norm_num_groups": %d,
          "out_channels": 3,
          "sample_size": %d,
          "up_block_types": %s
        }
        """
            .formatted(
                sizes.vaeChannels,
                quoted(Collections.nCopies(vaeLevels, "DownEncoderBlock2D")),
                sizes.groups,
                sizes.sampleSize << (vaeLevels - 1),
                quoted(Collections.nCopies(vaeLevels, "UpDecoderBlock2D"))));
    write(
        "text_encoder/config.json",
        """
        {
          "architectures": ["CLIPTextModel"],
          "attention_dropout": 0.0,
          "bos_token_id": 0,
          "eos_token_id": 2,
          "hidden_act": "quick_gelu",
          "hidden_size": %d,
          "intermediate_size": %d,
          "layer_norm_eps": 1e-05,
          "max_position_embeddings": 77,
          "model_type": "clip_text_model",
          "num_attention_heads": %d,
          "num_hidden_layers": %d,
          "pad_token_id": 1,
          "vocab_size": %d
        }
        """
            .formatted(
                sizes.textHidden,
                4 * sizes.textHidden,
                sizes.textHeads,
                sizes.textLayers,
                sizes.vocabulary));
    write(
        "scheduler/scheduler_config.json",
        """
        {
          "_class_name": "PNDMScheduler",
          "_diffusers_version": "0.7.0.dev0",
          "beta_end": 0.012,
          "beta_schedule": "scaled_linear",
          "beta_start": 0.00085,
          "num_train_timesteps": 1000,
          "set_alpha_to_one": false,
          "skip_prk_steps": true,
          "steps_offset": 1,
          "trained_betas": null,
          "clip_sample": false
        }
        """);
    write(
        "model_index.json",
        """
        {
          "_class_name": "StableDiffusionPipeline",
          "_diffusers_version": "0.30.3",
          "scheduler": ["diffusers", "PNDMScheduler"],
          "text_encoder": ["transformers", "CLIPTextModel"],
          "tokenizer": ["transformers", "CLIPTokenizer"],
          "unet": ["diffusers", "UNet2DConditionModel"],
          "vae": ["diffusers", "AutoencoderKL"]
        }
        """);
  }

  private static String quoted(List<String> names) {
    return names.stream().collect(Collectors.joining("\", \"", "[\"", "\"]"));
  }
}
