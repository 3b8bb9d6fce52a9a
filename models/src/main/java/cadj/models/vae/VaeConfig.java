package cadj.models.vae;

import cadj.tensor.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The shape of an autoencoder, as `vae/config.json` says it; absent keys mean diffusers' defaults.
///
/// Keys that change nothing here: `sample_size` (of tiling) and `force_upcast` (all is computed in
/// single precision); and those that the model's pipeline does not read ([Latents]).
///
/// @param scalingFactor latents are multiplied by it after encoding and divided by it before
///   decoding
/// @param shiftFactor Stable Diffusion 3: is subtracted from latents before they are scaled, else 0
/// @param normalization XL: what latents are normalized with before they are scaled, or null
public record VaeConfig(
    int inChannels,
    int outChannels,
    int latentChannels,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int normNumGroups,
    double scalingFactor,
    double shiftFactor,
    boolean useQuantConv,
    boolean usePostQuantConv,
    boolean midBlockAddAttention,
    @Nullable Normalization normalization) {
  /// What a pipeline does with latents beside scaling them.
  public enum Latents {
    /// Nothing: Stable Diffusion 1 and 2.
    SCALED,
    /// Normalizes them by `latents_mean` and `latents_std`, where both are given: XL.
    NORMALIZED,
    /// Shifts them by `shift_factor`: Stable Diffusion 3.
    SHIFTED
  }

  /// `latents_mean` and `latents_std`, one of each per channel.
  public record Normalization(List<Double> mean, List<Double> deviation) {}

  private static final String MEAN = "latents_mean";
  private static final String SHIFT = "shift_factor";
  private static final String DEVIATION = "latents_std";
  private static final int MAX_LEVELS = 8;
  private static final int MAX_SIZE = 1 << 16;

  /// Reads and checks `vae/config.json` of Stable Diffusion 1 or 2.
  public static VaeConfig of(JsonObject json) {
    return of(json, Latents.SCALED);
  }

  /// Reads and checks `vae/config.json`.
  public static VaeConfig of(JsonObject json, Latents latents) {
    if (!List.of("silu", "swish").contains(json.stringOr("act_fn", "silu"))) {
      throw json.error("act_fn", "silu", json.string("act_fn"));
    }
    int[] channels = json.intListOr("block_out_channels", 64);
    if (channels.length < 1 || channels.length > MAX_LEVELS) {
      throw json.error(
          "block_out_channels", "1 to " + MAX_LEVELS + " sizes", channels.length + " of them");
    }
    blockTypes(json, "down_block_types", "DownEncoderBlock2D", channels.length);
    blockTypes(json, "up_block_types", "UpDecoderBlock2D", channels.length);
    int groups = size(json, "norm_num_groups", 32);
    for (int c : channels) {
      if (c < 1 || c > MAX_SIZE || c % groups != 0) {
        throw json.error(
            "block_out_channels", "multiples of norm_num_groups " + groups, String.valueOf(c));
      }
    }
    int layers = size(json, "layers_per_block", 1);
    if (layers > 64) {
      throw json.error("layers_per_block", "1 to 64 layers", String.valueOf(layers));
    }
    double scale = json.numberOr("scaling_factor", 0.18215);
    if (!(scale > 0 && scale < 1e6)) {
      throw json.error("scaling_factor", "a positive number", String.valueOf(scale));
    }
    return new VaeConfig(
        size(json, "in_channels", 3),
        size(json, "out_channels", 3),
        size(json, "latent_channels", 4),
        Arrays.stream(channels).boxed().toList(),
        layers,
        groups,
        scale,
        latents == Latents.SHIFTED ? shift(json) : 0,
        json.boolOr("use_quant_conv", true),
        json.boolOr("use_post_quant_conv", true),
        json.boolOr("mid_block_add_attention", true),
        latents == Latents.NORMALIZED ? normalization(json) : null);
  }

  /// Without it the pipeline fails.
  private static double shift(JsonObject json) {
    double shift = json.number(SHIFT);
    if (!(Math.abs(shift) < 1e6)) {
      throw json.error(SHIFT, "a number nearer to 0 than 1000000", String.valueOf(shift));
    }
    return shift;
  }

  /// As XL's pipeline reads it: only where both are there.
  private static @Nullable Normalization normalization(JsonObject json) {
    if (!json.has(MEAN) || !json.has(DEVIATION)) {
      return null;
    }
    return new Normalization(perChannel(json, MEAN), perChannel(json, DEVIATION));
  }

  private static List<Double> perChannel(JsonObject json, String key) {
    double[] values = json.list(key).numbers();
    int channels = json.integerOr("latent_channels", 4);
    if (values.length != channels) {
      throw json.error(key, channels + " numbers, one per channel", values.length + " of them");
    }
    for (double value : values) {
      if (key.equals(DEVIATION) && !(value > 0 && value < 1e6)) {
        throw json.error(key, "positive numbers", String.valueOf(value));
      }
    }
    return Arrays.stream(values).boxed().toList();
  }

  private static void blockTypes(JsonObject json, String key, String only, int levels) {
    if (json.has(key)) {
      int count = json.list(key).size();
      if (count != levels) {
        throw json.error(key, levels + " blocks, as block_out_channels has", count + " of them");
      }
      for (String type : json.list(key).strings()) {
        if (!type.equals(only)) {
          throw json.error(key, only, type);
        }
      }
    }
  }

  private static int size(JsonObject json, String key, int fallback) {
    int size = json.integerOr(key, fallback);
    if (size < 1 || size > MAX_SIZE) {
      throw json.error(key, "a size from 1 to " + MAX_SIZE, String.valueOf(size));
    }
    return size;
  }

  int levels() {
    return blockOutChannels.size();
  }

  int channels(int level) {
    return blockOutChannels.get(level);
  }

  /// By how much a picture's sides exceed its latents'.
  public int downsampleFactor() {
    return 1 << (levels() - 1);
  }
}
