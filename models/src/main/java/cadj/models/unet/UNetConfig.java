package cadj.models.unet;

import cadj.autograd.nn.Weights;
import cadj.models.blocks.ResnetBlock2D;
import cadj.tensor.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The shape of a denoiser, as `unet/config.json` says it ([UNetConfigFile]).
///
/// Levels count from the highest resolution, up blocks from the lowest, as in the file.
///
/// @param downAttention whether the level's down block has transformers
/// @param upAttention the same for the up blocks
/// @param layersPerBlock resnets of the level's down block; its up block has one more
/// @param heads attention heads per level; the file calls this `attention_head_dim`, a historic
///   misnomer
/// @param downTransformerLayers layers of each transformer of the level's down block
/// @param upTransformerLayers layers of each transformer of the up block
/// @param midTransformerLayers layers of the mid block's transformer
/// @param timeEmbedDim width of the embedded time step
/// @param sampleHeight rows of the latents that it was trained on
/// @param addition what XL adds to the time embedding, or null
public record UNetConfig(
    int inChannels,
    int outChannels,
    List<Integer> blockOutChannels,
    List<Boolean> downAttention,
    List<Boolean> upAttention,
    Mid mid,
    List<Integer> layersPerBlock,
    List<Integer> heads,
    List<List<Integer>> downTransformerLayers,
    List<List<Integer>> upTransformerLayers,
    int midTransformerLayers,
    int crossAttentionDim,
    boolean useLinearProjection,
    int normNumGroups,
    float normEps,
    int downsamplePadding,
    boolean flipSinToCos,
    double freqShift,
    int timeEmbedDim,
    int sampleHeight,
    int sampleWidth,
    @Nullable Addition addition) {

  private static final Pattern ATTENTION =
      Pattern.compile(
          "(down_blocks\\.(?<down>\\d{1,4})|up_blocks\\.(?<up>\\d{1,4})|mid_block)"
              + "\\..*\\.attn[12]\\..*");

  /// The block between the way down and the way up.
  public enum Mid {
    /// `UNetMidBlock2DCrossAttn`: resnet, transformer, resnet.
    CROSS_ATTENTION,
    /// `UNetMidBlock2D`: one resnet, as diffusers' UNet builds it.
    RESNET,
    /// `null`: no block (pruned models).
    NONE
  }

  /// XL's text_time embedding: pooled text and sizes.
  ///
  /// @param timeEmbedDim width of each of the six numbers' embedding
  /// @param inputDim width of all together, pooled text included
  public record Addition(int timeEmbedDim, int inputDim) {}

  /// Reads and checks `unet/config.json`; absent keys mean diffusers' defaults.
  public static UNetConfig of(JsonObject json) {
    return new UNetConfigFile(json).read();
  }

  /// Heads of the attention that the parameter of that name belongs to; 0 if it belongs to none.
  public int headsOf(String parameter) {
    Matcher found = ATTENTION.matcher(parameter);
    if (!found.matches()) {
      return 0;
    }
    int lowest = levels() - 1;
    String down = found.group("down");
    String up = found.group("up");
    int level =
        down != null ? Integer.parseInt(down) : up != null ? lowest - Integer.parseInt(up) : lowest;
    return level >= 0 && level <= lowest ? heads.get(level) : 0;
  }

  int levels() {
    return blockOutChannels.size();
  }

  int channels(int level) {
    return blockOutChannels.get(level);
  }

  Transformer2DModel transformer(Weights w, int level, int layers) {
    return new Transformer2DModel(
        w,
        channels(level),
        crossAttentionDim,
        heads.get(level),
        layers,
        useLinearProjection,
        normNumGroups);
  }

  ResnetBlock2D resnet(Weights w, int in, int out) {
    return new ResnetBlock2D(w, in, out, timeEmbedDim, normNumGroups, normEps);
  }
}
