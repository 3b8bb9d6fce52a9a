package cadj.models.sd3;

import cadj.tensor.json.JsonObject;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The shape of a denoiser, as `transformer/config.json` says it. Every key of the constructor of
/// diffusers' `SD3Transformer2DModel` is read.
///
/// @param sampleSize rows and columns of the latents that it was trained on
/// @param patchSize rows and columns of latents in one patch
/// @param numLayers blocks
/// @param attentionHeadDim width of a head
/// @param jointAttentionDim width of the text embeddings
/// @param pooledProjectionDim width of the pooled text embedding
/// @param posEmbedMaxSize rows and columns of patches for which there are position embeddings
/// @param dualAttentionLayers blocks in which the image also attends to itself alone
/// @param qkNorm whether queries and keys are normalised
public record SD3TransformerConfig(
    int sampleSize,
    int patchSize,
    int inChannels,
    int outChannels,
    int numLayers,
    int attentionHeadDim,
    int numAttentionHeads,
    int jointAttentionDim,
    int pooledProjectionDim,
    int posEmbedMaxSize,
    Set<Integer> dualAttentionLayers,
    boolean qkNorm) {
  /// With these no parameter of a model is too large for a tensor.
  private static final int MAX_INNER = 1 << 13;

  private static final int MAX_TEXT = 1 << 16;
  private static final int MAX_CHANNELS = 1 << 10;
  private static final int MAX_SAMPLE = 1 << 10;
  private static final int MAX_PATCH = 8;
  private static final int MAX_LAYERS = 256;

  private static final String SAMPLE_SIZE = "sample_size";
  private static final String IN_CHANNELS = "in_channels";
  private static final String OUT_CHANNELS = "out_channels";
  private static final String NUM_HEADS = "num_attention_heads";
  private static final String CAPTION = "caption_projection_dim";
  private static final String POS_EMBED_MAX_SIZE = "pos_embed_max_size";
  private static final String QK_NORM = "qk_norm";
  private static final String RMS_NORM = "rms_norm";

  private static final Pattern ATTENTION =
      Pattern.compile("transformer_blocks\\.(?<block>\\d{1,4})\\.(?<attention>attn2?)\\..*");

  /// Reads and checks the file; absent keys mean diffusers' defaults.
  public static SD3TransformerConfig of(JsonObject json) {
    int inChannels = size(json, IN_CHANNELS, 16, MAX_CHANNELS);
    boolean asMany = json.keys().contains(OUT_CHANNELS) && !json.has(OUT_CHANNELS);
    int layers = size(json, "num_layers", 18, MAX_LAYERS);
    SD3TransformerConfig config =
        new SD3TransformerConfig(
            size(json, SAMPLE_SIZE, 128, MAX_SAMPLE),
            size(json, "patch_size", 2, MAX_PATCH),
            inChannels,
            asMany ? inChannels : size(json, OUT_CHANNELS, 16, MAX_CHANNELS),
            layers,
            size(json, "attention_head_dim", 64, MAX_INNER),
            size(json, NUM_HEADS, 18, MAX_INNER),
            size(json, "joint_attention_dim", 4096, MAX_TEXT),
            size(json, "pooled_projection_dim", 2048, MAX_TEXT),
            posEmbedMaxSize(json),
            dualAttentionLayers(json, layers),
            qkNorm(json));
    config.check(json);
    return config;
  }

  private static int size(JsonObject json, String key, int fallback, int largest) {
    int size = json.integerOr(key, fallback);
    if (size < 1 || size > largest) {
      throw json.error(key, "a size from 1 to " + largest, String.valueOf(size));
    }
    return size;
  }

  /// Null means a model without stored positions, of which there are none.
  private static int posEmbedMaxSize(JsonObject json) {
    if (json.keys().contains(POS_EMBED_MAX_SIZE) && !json.has(POS_EMBED_MAX_SIZE)) {
      throw json.error(POS_EMBED_MAX_SIZE, "a size from 1 to " + MAX_SAMPLE, "null");
    }
    return size(json, POS_EMBED_MAX_SIZE, 96, MAX_SAMPLE);
  }

  /// Numbers that are no block's change nothing, as in diffusers.
  private static Set<Integer> dualAttentionLayers(JsonObject json, int layers) {
    Set<Integer> dual = new TreeSet<>();
    for (int layer : json.intListOr("dual_attention_layers")) {
      if (layer >= 0 && layer < layers) {
        dual.add(layer);
      }
    }
    return Collections.unmodifiableSet(dual);
  }

  private static boolean qkNorm(JsonObject json) {
    if (json.has(QK_NORM) && !json.string(QK_NORM).equals(RMS_NORM)) {
      throw json.error(QK_NORM, RMS_NORM + " or null", json.string(QK_NORM));
    }
    return json.has(QK_NORM);
  }

  private void check(JsonObject json) {
    if ((long) numAttentionHeads * attentionHeadDim > MAX_INNER) {
      throw json.error(
          NUM_HEADS,
          "at most %d heads of width %d".formatted(MAX_INNER / attentionHeadDim, attentionHeadDim),
          String.valueOf(numAttentionHeads));
    }
    int caption = json.integerOr(CAPTION, 1152);
    if (caption != innerDim()) {
      throw json.error(
          CAPTION,
          "%d, the width of %d heads of %d"
              .formatted(innerDim(), numAttentionHeads, attentionHeadDim),
          String.valueOf(caption));
    }
    if ((long) posEmbedMaxSize * posEmbedMaxSize * innerDim() > Integer.MAX_VALUE) {
      throw json.error(
          POS_EMBED_MAX_SIZE,
          "at most 2^31-1 numbers in %d columns".formatted(innerDim()),
          String.valueOf(posEmbedMaxSize));
    }
    if (sampleSize % patchSize != 0 || sampleSize / patchSize > posEmbedMaxSize) {
      throw json.error(
          SAMPLE_SIZE,
          "1 to %d patches of %d".formatted(posEmbedMaxSize, patchSize),
          String.valueOf(sampleSize));
    }
  }

  /// Width of the image's and the text's tokens.
  public int innerDim() {
    return numAttentionHeads * attentionHeadDim;
  }

  /// Heads of the attention that the parameter of that name belongs to; 0 if it belongs to none.
  public int headsOf(String parameter) {
    Matcher found = ATTENTION.matcher(parameter);
    if (!found.matches()) {
      return 0;
    }
    int block = Integer.parseInt(found.group("block"));
    boolean there =
        found.group("attention").equals("attn")
            ? block < numLayers
            : dualAttentionLayers.contains(block);
    return there ? numAttentionHeads : 0;
  }
}
