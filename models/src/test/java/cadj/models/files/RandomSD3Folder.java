package cadj.models.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import cadj.models.clip.ClipTextConfig;
import cadj.models.original.Family;
import cadj.models.scheduler.PredictionType;
import cadj.models.sd3.SD3Transformer2DModel;
import cadj.models.sd3.SD3TransformerConfig;
import cadj.models.t5.T5Config;
import cadj.models.t5.T5EncoderModel;
import cadj.models.vae.VaeConfig;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes a model folder in the layout of Stable Diffusion 3.5 with random weights in half
/// precision: a model as large and as fast as the published one, where only size and speed matter.
///
/// Configurations are the published ones with other sizes. CLIP's tokenizers are the embedded
/// model's, T5's is that of the golden set.
final class RandomSD3Folder {
  private static final long SHARD_BYTES = 5_000_000_000L;

  /// Which model to write.
  ///
  /// @param headWidth the transformer's, of which it has `heads` in each of its `blocks`
  /// @param dualBlocks how many of them, the first ones, have a second attention
  /// @param qkNorm whether its attention normalises queries and keys
  /// @param clipL first text encoder
  /// @param clipG second text encoder
  /// @param t5 third text encoder, as wide as the text embeddings
  record Sizes(
      int headWidth,
      int heads,
      int blocks,
      int dualBlocks,
      boolean qkNorm,
      int posEmbedMaxSize,
      int sampleSize,
      List<Integer> vaeChannels,
      int groups,
      Text clipL,
      Text clipG,
      Text t5) {
    static final Sizes MEDIUM_35 =
        new Sizes(
            64,
            24,
            24,
            13,
            true,
            384,
            128,
            List.of(128, 256, 512, 512),
            32,
            new Text(768, 12, 12, 3072, 49408),
            new Text(1280, 32, 20, 5120, 49408),
            new Text(4096, 24, 64, 10240, 32128));

    /// With another transformer.
    Sizes with(
        int otherHeads, int otherBlocks, int dual, boolean normalises, int otherPosEmbedMaxSize) {
      return new Sizes(
          headWidth,
          otherHeads,
          otherBlocks,
          dual,
          normalises,
          otherPosEmbedMaxSize,
          sampleSize,
          vaeChannels,
          groups,
          clipL,
          clipG,
          t5);
    }
  }

  /// Sizes of a text encoder.
  ///
  /// @param ff width within the feed-forward part
  record Text(int width, int layers, int heads, int ff, int vocabulary) {}

  private final Path folder;
  private final Sizes sizes;

  private RandomSD3Folder(Path folder, Sizes sizes) {
    this.folder = folder;
    this.sizes = sizes;
  }

  /// Writes the whole folder.
  ///
  /// @param withT5 or without third text encoder and its tokenizer
  static void write(Path folder, Sizes sizes, boolean withT5) {
    RandomSD3Folder writer = new RandomSD3Folder(folder, sizes);
    writer.writeConfigs(withT5);
    RandomModelFolder.copyTokenizer(folder.resolve("tokenizer"));
    RandomModelFolder.copyTokenizer(folder.resolve("tokenizer_2"));
    RandomWeights.write(
        folder.resolve("transformer/diffusion_pytorch_model.safetensors"),
        transformerShapes(SD3TransformerConfig.of(writer.config("transformer"))));
    RandomWeights.write(
        folder.resolve("vae/diffusion_pytorch_model.safetensors"),
        RandomModelFolder.vaeShapes(VaeConfig.of(writer.config("vae"))));
    for (String part : List.of("text_encoder", "text_encoder_2")) {
      RandomWeights.write(
          folder.resolve(part + "/model.safetensors"),
          RandomModelFolder.textShapes(ClipTextConfig.of(writer.config(part), true), true));
    }
    if (withT5) {
      writer.copyT5Tokenizer();
      RandomWeights.writeShards(
          folder.resolve("text_encoder_3/model"),
          t5Shapes(T5Config.of(writer.config("text_encoder_3"))),
          SHARD_BYTES);
    }
  }

  static SequencedMap<String, Shape> transformerShapes(SD3TransformerConfig config) {
    return RandomWeights.shapes(
        weights -> new SD3Transformer2DModel(weights, config, PredictionType.FLOW));
  }

  static SequencedMap<String, Shape> t5Shapes(T5Config config) {
    return RandomWeights.shapes(weights -> new T5EncoderModel(weights, config));
  }

  private JsonObject config(String part) {
    return JsonFile.read(folder.resolve(part).resolve("config.json"));
  }

  // ---- the other files

  /// Only the configuration files.
  static void writeConfigs(Path folder, Sizes sizes, boolean withT5) {
    new RandomSD3Folder(folder, sizes).writeConfigs(withT5);
  }

  private void writeConfigs(boolean withT5) {
    int innerDim = sizes.heads * sizes.headWidth;
    String dual =
        IntStream.range(0, sizes.dualBlocks)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", ", "[", "]"));
    writeConfig(
        "transformer",
        List.of(
            set("attention_head_dim", sizes.headWidth),
            set("num_attention_heads", sizes.heads),
            set("caption_projection_dim", innerDim),
            set("num_layers", sizes.blocks),
            set("dual_attention_layers", dual),
            set("qk_norm", sizes.qkNorm ? "\"rms_norm\"" : "null"),
            set("joint_attention_dim", sizes.t5.width),
            set("pooled_projection_dim", sizes.clipL.width + sizes.clipG.width),
            set("pos_embed_max_size", sizes.posEmbedMaxSize),
            set("sample_size", sizes.sampleSize)));
    int levels = sizes.vaeChannels.size();
    writeConfig(
        "vae",
        List.of(
            set("block_out_channels", sizes.vaeChannels),
            set("down_block_types", Collections.nCopies(levels, "\"DownEncoderBlock2D\"")),
            set("up_block_types", Collections.nCopies(levels, "\"UpDecoderBlock2D\"")),
            set("norm_num_groups", sizes.groups),
            set("sample_size", sizes.sampleSize << (levels - 1))));
    writeConfig("text_encoder", clip(sizes.clipL));
    writeConfig("text_encoder_2", clip(sizes.clipG));
    if (withT5) {
      writeConfig(
          "text_encoder_3",
          List.of(
              set("d_model", sizes.t5.width),
              set("d_ff", sizes.t5.ff),
              set("d_kv", sizes.headWidth),
              set("num_heads", sizes.t5.heads),
              set("num_layers", sizes.t5.layers),
              set("vocab_size", sizes.t5.vocabulary)));
    }
    write("scheduler/scheduler_config.json", published("scheduler"));
    String index = published("model_index");
    write(
        "model_index.json",
        withT5
            ? index
            : index.replaceAll(
                "\"((?:text_encoder|tokenizer)_3)\": \\[[^]]*]", "\"$1\": [null, null]"));
  }

  private static List<String[]> clip(Text clip) {
    return List.of(
        set("hidden_size", clip.width),
        set("projection_dim", clip.width),
        set("num_hidden_layers", clip.layers),
        set("num_attention_heads", clip.heads),
        set("intermediate_size", clip.ff),
        set("vocab_size", clip.vocabulary));
  }

  private static String[] set(String key, Object value) {
    return new String[] {key, value.toString()};
  }

  private void writeConfig(String part, List<String[]> settings) {
    String json = published(part);
    for (String[] setting : settings) {
      json = Folders.with(json, setting[0], setting[1]);
    }
    write(part + "/config.json", json);
  }

  private static String published(String name) {
    String path = "/cadj/models/original/sd3/" + name + ".json";
    try (InputStream in = requireNonNull(Family.class.getResourceAsStream(path), path)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copyT5Tokenizer() {
    Path to = folder.resolve("tokenizer_3");
    try {
      Files.createDirectories(to);
      for (String name :
          List.of(
              "spiece.model",
              "tokenizer.json",
              "tokenizer_config.json",
              "special_tokens_map.json")) {
        String path = "/golden/sd3-tiny/tokenizer_3/" + name;
        try (InputStream in =
            requireNonNull(RandomSD3Folder.class.getResourceAsStream(path), path)) {
          Files.write(to.resolve(name), in.readAllBytes());
        }
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
}
