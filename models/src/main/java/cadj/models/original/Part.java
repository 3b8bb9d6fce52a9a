package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A part of a family's files.
///
/// @param name of its folder in diffusers' layout
/// @param prefix of its keys in the file
record Part(String name, String prefix, Kind kind) {
  /// What its keys are like.
  enum Kind {
    UNET("a^"),
    SD3("a^"),
    VAE("loss\\..*|model_ema\\..*"),
    CLIP(".*\\.position_ids|logit_scale|(text|visual)_projection\\..*|vision_model\\..*"),
    /// with its projection
    PROJECTING_CLIP(".*\\.position_ids|logit_scale|visual_projection\\..*|vision_model\\..*"),
    T5("decoder\\..*|lm_head\\..*"),
    OPEN_CLIP("logit_scale|attn_mask|visual\\..*"),
    /// without its last layer and its projection, which Stable Diffusion 2 does not use
    PENULTIMATE_OPEN_CLIP("logit_scale|attn_mask|visual\\..*|text_projection");

    private final Pattern others;

    /// @param others keys that occur under the prefix and belong to no module that is built
    Kind(String others) {
      this.others = Pattern.compile(others, Pattern.DOTALL);
    }
  }

  /// The part as a folder has it.
  ///
  /// @param file stays the caller's if this fails
  Checkpoint of(Checkpoint file, TextLayers textLayers) {
    Predicate<String> has = inner -> file.contains(prefix + inner);
    int layers = textLayers.of(OpenClipKeys.layersOfFile(has));
    KeyMap map =
        switch (kind) {
          case UNET -> UNetKeys.ofFile(has).map();
          case SD3 -> SD3Keys.ofFile(has).map();
          case VAE -> VaeKeys.ofFile(has).map();
          case CLIP -> ClipKeys.ofFile(has, false).map();
          case PROJECTING_CLIP -> ClipKeys.ofFile(has, true).map();
          case T5 -> T5Keys.map();
          case OPEN_CLIP -> new OpenClipKeys(OpenClipKeys.layersOfFile(has), true).map();
          case PENULTIMATE_OPEN_CLIP -> new OpenClipKeys(layers, false).map();
        };
    String lastLayer = kind == Kind.PENULTIMATE_OPEN_CLIP ? "transformer.resblocks." + layers : "";
    Checkpoint part = OriginalPart.of(file, this, map, others(file, lastLayer + "."));
    return kind == Kind.PROJECTING_CLIP ? IdentityProjection.of(part) : part;
  }

  /// Keys under the prefix that are to be passed over.
  ///
  /// @param lastLayer what those of the unused layer begin with
  private Set<String> others(Checkpoint file, String lastLayer) {
    return file.names().stream()
        .filter(key -> key.startsWith(prefix))
        .filter(
            key -> {
              String inner = key.substring(prefix.length());
              return kind.others.matcher(inner).matches() || inner.startsWith(lastLayer);
            })
        .collect(Collectors.toSet());
  }

  /// The part's weights in a folder, as the file has them.
  KeyMap mapOfFolder(Checkpoint folder) {
    Predicate<String> has = folder::contains;
    return switch (kind) {
      case UNET -> UNetKeys.ofFolder(has).map();
      case SD3 -> SD3Keys.ofFolder(has).map();
      case VAE -> VaeKeys.ofFolder(has).map();
      case CLIP -> new ClipKeys(true, false).map();
      case PROJECTING_CLIP -> new ClipKeys(true, true).map();
      case T5 -> T5Keys.map();
      case OPEN_CLIP, PENULTIMATE_OPEN_CLIP -> OpenClipKeys.ofFolder(has).map();
    };
  }

  /// How many layers of those that a file has Stable Diffusion 2's text encoder uses.
  @FunctionalInterface
  interface TextLayers {
    int of(int inFile);
  }
}
