package cadj.models.clip;

import static cadj.autograd.ops.Div.div;
import static cadj.autograd.ops.Pointwise.sqrt;
import static cadj.autograd.ops.Pointwise.square;
import static cadj.autograd.ops.Sum.sum;
import static java.util.Objects.requireNonNull;

import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.Scope;

/// Texts and pictures in one space, transformers' `CLIPModel`: the cosine of two vectors says how
/// well a caption fits.
public final class ClipModel {
  private final ClipTextModel text;
  private final ClipVisionModel vision;

  private ClipModel(ClipTextModel text, ClipVisionModel vision) {
    this.text = text;
    this.vision = vision;
  }

  /// @param config `config.json` with its `text_config` and `vision_config`; where both towers end,
  ///   its own `projection_dim` says
  public static ClipModel of(Weights w, JsonObject config) {
    w.get("logit_scale"); // taken, as loading is strict; only logits need it
    int joint = ClipLayersConfig.size(config, "projection_dim", 512);
    return new ClipModel(
        new ClipTextModel(w, ClipTextConfig.of(config, true).withProjectionDim(joint), true),
        new ClipVisionModel(
            w, ClipVisionConfig.of(config.object("vision_config")).withProjectionDim(joint)));
  }

  /// Most ids of a text.
  public int maxPositions() {
    return text.config().maxPositions();
  }

  /// Tokens: ids are below.
  public int vocabSize() {
    return text.config().vocabSize();
  }

  /// Side S of the pictures.
  public int imageSize() {
    return vision.imageSize();
  }

  /// ids I64 [N,T] → unit vectors [N,projection]
  public Tensor textFeatures(Tensor ids) {
    return Scope.keep("clip", () -> unit(requireNonNull(text.forward(ids).textEmbeds())));
  }

  /// images [N,3,S,S], in [−1, 1] for the embedded model → unit vectors [N,projection]
  public Tensor imageFeatures(Tensor images) {
    return Scope.keep("clip", () -> unit(vision.forward(images)));
  }

  private static Tensor unit(Tensor x) {
    return div(x, sqrt(sum(square(x), true, -1)));
  }
}
