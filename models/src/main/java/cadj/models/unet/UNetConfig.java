package cadj.models.unet;

import cadj.autograd.nn.Weights;
import cadj.models.blocks.ResnetBlock2D;
import cadj.tensor.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The shape of a denoiser, as `unet/config.json` says it; absent keys mean diffusers' defaults.
///
/// @param heads attention heads per level; the file calls this `attention_head_dim`, a historic
///   misnomer
/// @param downAttention whether the level's down block has transformers
/// @param upAttention the same for the up blocks, lowest resolution first
/// @param addition what XL adds to the time embedding, or null
public record UNetConfig(
    int inChannels,
    int outChannels,
    List<Integer> blockOutChannels,
    List<Boolean> downAttention,
    List<Boolean> upAttention,
    int layersPerBlock,
    List<Integer> heads,
    List<Integer> transformerLayers,
    int crossAttentionDim,
    boolean useLinearProjection,
    int normNumGroups,
    float normEps,
    int downsamplePadding,
    boolean flipSinToCos,
    double freqShift,
    int sampleSize,
    @Nullable Addition addition) {

  /// XL's text_time embedding: pooled text and sizes.
  ///
  /// @param timeEmbedDim width of each of the six numbers' embedding
  /// @param inputDim width of all together, pooled text included
  public record Addition(int timeEmbedDim, int inputDim) {}

  private static final int MAX_LEVELS = 8;
  private static final int MAX_SIZE = 1 << 16;
  private static final int MAX_SAMPLE = 1 << 10;

  /// Settings that would change the computation in a way not built here, with the values that do
  /// not.
  private static final Map<String, List<String>> FIXED =
      Map.ofEntries(
          Map.entry("act_fn", List.of("silu", "swish")),
          Map.entry("mid_block_type", List.of("UNetMidBlock2DCrossAttn")),
          Map.entry("resnet_time_scale_shift", List.of("default")),
          Map.entry("time_embedding_type", List.of("positional")),
          Map.entry("attention_type", List.of("default")),
          Map.entry("class_embed_type", List.of()),
          Map.entry("encoder_hid_dim_type", List.of()),
          Map.entry("time_embedding_act_fn", List.of()),
          Map.entry("timestep_post_act", List.of()),
          Map.entry("cross_attention_norm", List.of()));

  private static final List<String> FALSE =
      List.of(
          "center_input_sample",
          "dual_cross_attention",
          "only_cross_attention",
          "class_embeddings_concat",
          "resnet_skip_time_act",
          "mid_block_only_cross_attention");

  private static final List<String> ABSENT =
      List.of(
          "num_class_embeds",
          "encoder_hid_dim",
          "time_cond_proj_dim",
          "time_embedding_dim",
          "num_attention_heads",
          "reverse_transformer_layers_per_block");

  /// Reads and checks `unet/config.json`.
  public static UNetConfig of(JsonObject json) {
    refuseWhatIsNotBuilt(json);
    List<Integer> channels = boxed(json.intList("block_out_channels"));
    int levels = channels.size();
    if (levels < 1 || levels > MAX_LEVELS) {
      throw json.error("block_out_channels", "1 to " + MAX_LEVELS + " sizes", levels + " of them");
    }
    UNetConfig config =
        new UNetConfig(
            size(json, "in_channels", 4),
            size(json, "out_channels", 4),
            channels,
            attention(json, "down_block_types", "DownBlock2D", "CrossAttnDownBlock2D", levels),
            attention(json, "up_block_types", "UpBlock2D", "CrossAttnUpBlock2D", levels),
            size(json, "layers_per_block", 2),
            perLevel(json, "attention_head_dim", 8, levels),
            perLevel(json, "transformer_layers_per_block", 1, levels),
            size(json, "cross_attention_dim", 1280),
            json.boolOr("use_linear_projection", false),
            size(json, "norm_num_groups", 32),
            (float) json.numberOr("norm_eps", 1e-5),
            json.integerOr("downsample_padding", 1),
            json.boolOr("flip_sin_to_cos", true),
            json.numberOr("freq_shift", 0),
            size(json, "sample_size", 64),
            addition(json));
    config.check(json);
    return config;
  }

  private static void refuseWhatIsNotBuilt(JsonObject json) {
    FIXED.forEach(
        (key, allowed) -> {
          if (json.has(key) && !allowed.contains(json.string(key))) {
            throw json.error(
                key, allowed.isEmpty() ? "null" : String.join(" or ", allowed), json.string(key));
          }
        });
    for (String key : FALSE) {
      if (json.boolOr(key, false)) {
        throw json.error(key, "false", "true");
      }
    }
    for (String key : ABSENT) {
      if (json.has(key)) {
        throw json.error(key, "null", "a value");
      }
    }
    for (String key : List.of("mid_block_scale_factor", "resnet_out_scale_factor")) {
      if (json.numberOr(key, 1) != 1) {
        throw json.error(key, "1", String.valueOf(json.number(key)));
      }
    }
  }

  private static @Nullable Addition addition(JsonObject json) {
    if (!json.has("addition_embed_type")) {
      return null;
    }
    if (!json.string("addition_embed_type").equals("text_time")) {
      throw json.error(
          "addition_embed_type", "text_time or null", json.string("addition_embed_type"));
    }
    return new Addition(
        size(json, "addition_time_embed_dim", 256),
        size(json, "projection_class_embeddings_input_dim", 2816));
  }

  private static int size(JsonObject json, String key, int fallback) {
    int size = json.integerOr(key, fallback);
    if (size < 1 || size > MAX_SIZE) {
      throw json.error(key, "a size from 1 to " + MAX_SIZE, String.valueOf(size));
    }
    return size;
  }

  /// One number for all levels, or a list of one each.
  private static List<Integer> perLevel(JsonObject json, String key, int fallback, int levels) {
    if (json.has(key) && json.get(key).isList()) {
      List<Integer> list = boxed(json.intList(key));
      if (list.size() != levels) {
        throw json.error(key, levels + " numbers, one per block", list.size() + " of them");
      }
      return list;
    }
    return boxed(IntStream.generate(() -> json.integerOr(key, fallback)).limit(levels).toArray());
  }

  private static List<Boolean> attention(
      JsonObject json, String key, String plain, String crossAttention, int levels) {
    List<Boolean> out = new ArrayList<>();
    for (String type : json.list(key).strings()) {
      if (!type.equals(plain) && !type.equals(crossAttention)) {
        throw json.error(key, plain + " or " + crossAttention, type);
      }
      out.add(type.equals(crossAttention));
    }
    if (out.size() != levels) {
      throw json.error(key, levels + " blocks, as block_out_channels has", out.size() + " of them");
    }
    return List.copyOf(out);
  }

  private void check(JsonObject json) {
    for (int level = 0; level < levels(); level++) {
      int channels = channels(level);
      if (channels < 1 || channels > MAX_SIZE || channels % normNumGroups != 0) {
        throw json.error(
            "block_out_channels",
            "multiples of norm_num_groups " + normNumGroups,
            String.valueOf(channels));
      }
      int count = heads.get(level);
      if (count < 1 || channels % count != 0) {
        throw json.error(
            "attention_head_dim",
            "a number of heads that divides " + channels,
            String.valueOf(count));
      }
      int layers = transformerLayers.get(level);
      if (layers < 1 || layers > 64) {
        throw json.error("transformer_layers_per_block", "1 to 64 layers", String.valueOf(layers));
      }
    }
    if (layersPerBlock > 64) {
      throw json.error("layers_per_block", "1 to 64 layers", String.valueOf(layersPerBlock));
    }
    if (!(normEps > 0 && normEps < 1)) {
      throw json.error("norm_eps", "a number between 0 and 1", String.valueOf(normEps));
    }
    int frequencies = channels(0) / 2;
    if (!(freqShift >= 0 && freqShift < frequencies)) {
      throw json.error("freq_shift", "from 0 to below " + frequencies, String.valueOf(freqShift));
    }
    if (sampleSize > MAX_SAMPLE) {
      throw json.error("sample_size", "at most " + MAX_SAMPLE, String.valueOf(sampleSize));
    }
    if (downsamplePadding != 0 && downsamplePadding != 1) {
      throw json.error("downsample_padding", "0 or 1", String.valueOf(downsamplePadding));
    }
  }

  private static List<Integer> boxed(int... values) {
    return Arrays.stream(values).boxed().toList();
  }

  int levels() {
    return blockOutChannels.size();
  }

  int channels(int level) {
    return blockOutChannels.get(level);
  }

  int timeEmbedDim() {
    return 4 * channels(0);
  }

  Transformer2DModel transformer(Weights w, int level) {
    return new Transformer2DModel(
        w,
        channels(level),
        crossAttentionDim,
        heads.get(level),
        transformerLayers.get(level),
        useLinearProjection,
        normNumGroups);
  }

  ResnetBlock2D resnet(Weights w, int in, int out) {
    return new ResnetBlock2D(w, in, out, timeEmbedDim(), normNumGroups, normEps);
  }
}
