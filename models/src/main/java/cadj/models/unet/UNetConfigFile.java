package cadj.models.unet;

import cadj.models.unet.UNetConfig.Addition;
import cadj.models.unet.UNetConfig.Mid;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `unet/config.json` as diffusers' `UNet2DConditionModel` does.
///
/// Every key of its constructor is either read, or refused by name where its value would change
/// what these blocks compute in a way not built here. The others change nothing here, whatever
/// their value: `dropout` (training), `upcast_attention` (all is computed in single precision),
/// `resnet_skip_time_act`, `resnet_out_scale_factor`, `cross_attention_norm` and
/// `mid_block_only_cross_attention` (of blocks of other kinds), `addition_embed_type_num_heads` (of
/// another embedding).
final class UNetConfigFile {
  private static final int MAX_LEVELS = 8;
  private static final int MAX_SIZE = 1 << 16;
  private static final int MAX_SAMPLE = 1 << 10;
  private static final int MAX_LAYERS = 64;

  private static final String BLOCK_OUT_CHANNELS = "block_out_channels";
  private static final String LAYERS_PER_BLOCK = "layers_per_block";
  private static final String TRANSFORMER_LAYERS = "transformer_layers_per_block";
  private static final String REVERSE_TRANSFORMER_LAYERS = "reverse_transformer_layers_per_block";
  private static final String MID_BLOCK_TYPE = "mid_block_type";
  private static final String ADDITION = "addition_embed_type";
  private static final String SAMPLE_SIZE = "sample_size";

  /// Texts that are built; a key without any must be null.
  private static final Map<String, List<String>> FIXED =
      Map.of(
          "act_fn", List.of("silu", "swish"),
          "resnet_time_scale_shift", List.of("default"),
          "time_embedding_type", List.of("positional"),
          "attention_type", List.of("default"),
          "class_embed_type", List.of(),
          "encoder_hid_dim_type", List.of(),
          "time_embedding_act_fn", List.of(),
          "timestep_post_act", List.of());

  private static final List<String> FALSE =
      List.of("center_input_sample", "dual_cross_attention", "class_embeddings_concat");

  private static final List<String> ABSENT =
      List.of("num_class_embeds", "encoder_hid_dim", "time_cond_proj_dim", "num_attention_heads");

  private static final Map<String, Integer> NUMBERS =
      Map.of("mid_block_scale_factor", 1, "conv_in_kernel", 3, "conv_out_kernel", 3);

  /// Before diffusers 0.9, whose files may have a sample size that nothing was trained on.
  private static final Pattern OLD = Pattern.compile("0\\.[0-8](\\D.*)?");

  private final JsonObject json;
  private final List<Integer> channels;
  private final List<Boolean> downAttention;
  private final List<Boolean> upAttention;
  private final Mid mid;

  UNetConfigFile(JsonObject json) {
    this.json = json;
    channels = list(json.intListOr(BLOCK_OUT_CHANNELS, 320, 640, 1280, 1280));
    if (channels.isEmpty() || channels.size() > MAX_LEVELS) {
      throw json.error(
          BLOCK_OUT_CHANNELS, "1 to " + MAX_LEVELS + " sizes", channels.size() + " of them");
    }
    downAttention = attention("down_block_types", "Down", List.of(true, true, true, false));
    upAttention = attention("up_block_types", "Up", List.of(false, true, true, true));
    mid = mid();
  }

  UNetConfig read() {
    refuseWhatIsNotBuilt();
    int groups = number("norm_num_groups", 32);
    checkChannels(groups);
    List<Integer> layers = layersPerBlock();
    List<Integer> sample = sampleSize();
    return new UNetConfig(
        number("in_channels", 4),
        number("out_channels", 4),
        channels,
        downAttention,
        upAttention,
        mid,
        layers,
        heads(),
        downTransformerLayers(layers),
        upTransformerLayers(layers),
        mid == Mid.CROSS_ATTENTION ? transformerLayers(channels.size() - 1, 1).getFirst() : 0,
        crossAttentionDim(),
        json.boolOr("use_linear_projection", false),
        groups,
        normEps(),
        downsamplePadding(),
        json.boolOr("flip_sin_to_cos", true),
        freqShift(),
        number("time_embedding_dim", 4 * channels.getFirst()),
        sample.getFirst(),
        sample.getLast(),
        addition());
  }

  private void refuseWhatIsNotBuilt() {
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
    NUMBERS.forEach(
        (key, only) -> {
          if (json.numberOr(key, only) != only) {
            throw json.error(key, "" + only, String.valueOf(json.number(key)));
          }
        });
    List<Boolean> only = perLevel("only_cross_attention", false, JsonValue::bool);
    for (int level = 0; level < channels.size(); level++) {
      if (only.get(level) && (downAttention.get(level) || upAttention(level))) {
        throw json.error("only_cross_attention", "false where there is attention", "true");
      }
    }
  }

  // ---- blocks

  /// Older files begin block types with `UNetRes`.
  private List<Boolean> attention(String key, String direction, List<Boolean> fallback) {
    String plain = direction + "Block2D";
    String crossAttention = "CrossAttn" + plain;
    List<Boolean> out = new ArrayList<>();
    for (String name : json.has(key) ? json.list(key).strings() : List.<String>of()) {
      String type = name.startsWith("UNetRes") ? name.substring("UNetRes".length()) : name;
      if (!type.equals(plain) && !type.equals(crossAttention)) {
        throw json.error(key, plain + " or " + crossAttention, name);
      }
      out.add(type.equals(crossAttention));
    }
    List<Boolean> types = json.has(key) ? out : fallback;
    if (types.size() != channels.size()) {
      throw json.error(
          key, channels.size() + " blocks, as block_out_channels has", types.size() + " of them");
    }
    return List.copyOf(types);
  }

  private boolean upAttention(int level) {
    return upAttention.get(channels.size() - 1 - level);
  }

  /// Whether any block of the level has attention, the mid block counting to the last.
  private boolean hasAttention(int level) {
    boolean inMid = mid == Mid.CROSS_ATTENTION && level == channels.size() - 1;
    return inMid || downAttention.get(level) || upAttention(level);
  }

  private Mid mid() {
    if (!json.has(MID_BLOCK_TYPE)) {
      return json.keys().contains(MID_BLOCK_TYPE) ? Mid.NONE : Mid.CROSS_ATTENTION;
    }
    String type = json.string(MID_BLOCK_TYPE);
    return switch (type) {
      case "UNetMidBlock2DCrossAttn" -> Mid.CROSS_ATTENTION;
      case "UNetMidBlock2D" -> Mid.RESNET;
      default ->
          throw json.error(MID_BLOCK_TYPE, "UNetMidBlock2DCrossAttn, UNetMidBlock2D or null", type);
    };
  }

  private void checkChannels(int groups) {
    for (int c : channels) {
      if (c < 1 || c > MAX_SIZE || c % groups != 0) {
        throw json.error(
            BLOCK_OUT_CHANNELS, "multiples of norm_num_groups " + groups, String.valueOf(c));
      }
    }
  }

  private List<Integer> layersPerBlock() {
    List<Integer> all = perLevel(LAYERS_PER_BLOCK, 2, JsonValue::integer);
    for (int layers : all) {
      checkLayers(LAYERS_PER_BLOCK, layers, 1);
    }
    return all;
  }

  private void checkLayers(String key, int layers, int fewest) {
    if (layers < fewest || layers > MAX_LAYERS) {
      throw json.error(key, fewest + " to " + MAX_LAYERS + " layers", String.valueOf(layers));
    }
  }

  // ---- attention

  /// Unused ones may be anything.
  private List<Integer> heads() {
    List<Integer> heads = perLevel("attention_head_dim", 8, JsonValue::integer);
    for (int level = 0; level < channels.size(); level++) {
      int count = heads.get(level);
      if (hasAttention(level) && (count < 1 || channels.get(level) % count != 0)) {
        throw json.error(
            "attention_head_dim",
            "a number of heads that divides " + channels.get(level),
            String.valueOf(count));
      }
    }
    return heads;
  }

  /// A list of one per level must say the same wherever there is attention: there is one text.
  private int crossAttentionDim() {
    String key = "cross_attention_dim";
    List<Integer> dims = perLevel(key, 1280, JsonValue::integer);
    Optional<Integer> used = Optional.empty();
    for (int level = 0; level < dims.size(); level++) {
      int dim = dims.get(level);
      if (hasAttention(level)) {
        if (used.isPresent() && used.get() != dim) {
          throw json.error(key, "one width for all blocks", used.get() + " and " + dim);
        }
        used = Optional.of(dim);
      }
    }
    return checkedSize(key, used.orElse(dims.getFirst()));
  }

  /// Of the level's entry in `transformer_layers_per_block`: a number for all transformers of a
  /// block, or a list of one for each, of which the mid block takes the first.
  private List<Integer> transformerLayers(int level, int count) {
    List<JsonValue> entries = perLevelOrEmpty(TRANSFORMER_LAYERS);
    if (entries.isEmpty()) {
      return Collections.nCopies(count, 1);
    }
    List<Integer> layers = layers(TRANSFORMER_LAYERS, entries.get(level), count);
    return layers.subList(0, count);
  }

  private List<Integer> layers(String key, JsonValue entry, int count) {
    if (!entry.isList()) {
      checkLayers(key, entry.integer(), 0);
      return Collections.nCopies(count, entry.integer());
    }
    List<Integer> layers = list(entry.list().integers());
    if (layers.size() < count) {
      throw json.error(key, "numbers for " + count + " transformers", layers.size() + " of them");
    }
    layers.forEach(n -> checkLayers(key, n, 0));
    return layers;
  }

  private List<List<Integer>> downTransformerLayers(List<Integer> layersPerBlock) {
    List<List<Integer>> out = new ArrayList<>();
    for (int level = 0; level < channels.size(); level++) {
      out.add(
          downAttention.get(level)
              ? transformerLayers(level, layersPerBlock.get(level))
              : List.of());
    }
    return out;
  }

  private List<List<Integer>> upTransformerLayers(List<Integer> layersPerBlock) {
    List<JsonValue> reversed = perLevelOrEmpty(REVERSE_TRANSFORMER_LAYERS);
    List<List<Integer>> out = new ArrayList<>();
    for (int block = 0; block < channels.size(); block++) {
      int level = channels.size() - 1 - block;
      int count = layersPerBlock.get(level) + 1;
      if (!upAttention.get(block)) {
        out.add(List.of());
      } else if (reversed.isEmpty()) {
        requireNumbers();
        out.add(transformerLayers(level, count));
      } else {
        out.add(layers(REVERSE_TRANSFORMER_LAYERS, reversed.get(block), count));
      }
    }
    return out;
  }

  /// Lists for the way down say nothing of the way up, whose blocks have one transformer more.
  private void requireNumbers() {
    for (JsonValue entry : perLevelOrEmpty(TRANSFORMER_LAYERS)) {
      if (entry.isList()) {
        throw json.error(
            REVERSE_TRANSFORMER_LAYERS,
            "a list, as " + TRANSFORMER_LAYERS + " has lists of its own",
            "none");
      }
    }
  }

  // ---- the rest

  /// Height and width. diffusers' pipelines take 64 instead of a smaller size in a file of before
  /// 0.9, and where XL's file has none, 128.
  private List<Integer> sampleSize() {
    if (!json.has(SAMPLE_SIZE)) {
      return Collections.nCopies(2, json.has(ADDITION) ? 128 : 64);
    }
    JsonValue value = json.get(SAMPLE_SIZE);
    if (value.isList()) {
      JsonList pair = value.list();
      if (pair.size() != 2) {
        throw json.error(SAMPLE_SIZE, "a size, or height and width", pair.size() + " sizes");
      }
      return pair.stream().map(JsonValue::integer).map(this::checkedSample).toList();
    }
    int size = checkedSample(value.integer());
    Matcher version = OLD.matcher(json.stringOr("_diffusers_version", ""));
    return Collections.nCopies(2, version.matches() ? Math.max(size, 64) : size);
  }

  private int checkedSample(int size) {
    if (checkedSize(SAMPLE_SIZE, size) > MAX_SAMPLE) {
      throw json.error(SAMPLE_SIZE, "at most " + MAX_SAMPLE, String.valueOf(size));
    }
    return size;
  }

  private @Nullable Addition addition() {
    if (!json.has(ADDITION)) {
      return null;
    }
    if (!json.string(ADDITION).equals("text_time")) {
      throw json.error(ADDITION, "text_time or null", json.string(ADDITION));
    }
    return new Addition(
        number("addition_time_embed_dim", 256),
        number("projection_class_embeddings_input_dim", 2816));
  }

  private float normEps() {
    float eps = (float) json.numberOr("norm_eps", 1e-5);
    if (!(eps > 0 && eps < 1)) {
      throw json.error("norm_eps", "a number between 0 and 1", String.valueOf(eps));
    }
    return eps;
  }

  private double freqShift() {
    double shift = json.numberOr("freq_shift", 0);
    int frequencies = channels.getFirst() / 2;
    if (!(shift >= 0 && shift < frequencies)) {
      throw json.error("freq_shift", "from 0 to below " + frequencies, String.valueOf(shift));
    }
    return shift;
  }

  private int downsamplePadding() {
    int padding = json.integerOr("downsample_padding", 1);
    if (padding != 0 && padding != 1) {
      throw json.error("downsample_padding", "0 or 1", String.valueOf(padding));
    }
    return padding;
  }

  private int number(String key, int fallback) {
    return checkedSize(key, json.integerOr(key, fallback));
  }

  private int checkedSize(String key, int size) {
    if (size < 1 || size > MAX_SIZE) {
      throw json.error(key, "a size from 1 to " + MAX_SIZE, String.valueOf(size));
    }
    return size;
  }

  /// One value for all levels, or a list of one each.
  private <T> List<T> perLevel(String key, T fallback, Function<JsonValue, T> type) {
    List<JsonValue> values = perLevelOrEmpty(key);
    return values.isEmpty()
        ? Collections.nCopies(channels.size(), fallback)
        : values.stream().map(type).toList();
  }

  private List<JsonValue> perLevelOrEmpty(String key) {
    if (!json.has(key)) {
      return List.of();
    }
    JsonValue value = json.get(key);
    if (!value.isList()) {
      return Collections.nCopies(channels.size(), value);
    }
    if (value.list().size() != channels.size()) {
      throw json.error(
          key, channels.size() + " values, one per block", value.list().size() + " of them");
    }
    return value.list();
  }

  private static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
  }
}
