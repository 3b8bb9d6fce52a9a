package cadj.models.clip;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Expand.expand;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.autograd.ops.Slice.slice;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.LayerNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.models.blocks.PixelTokens;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;

/// transformers' `CLIPVisionModelWithProjection`: pictures [N,3,S,S] → vectors [N,projection] in
/// the space of texts.
///
/// Patches by a strided convolution without bias, a class token before them, position embeddings, a
/// LayerNorm (`pre_layrnorm`, spelt so in every checkpoint), layers, a LayerNorm of the class
/// token, a projection.
public final class ClipVisionModel {
  private final ClipVisionConfig config;
  private final Tensor classEmbedding;
  private final Conv2d patchEmbedding;
  private final Tensor positionEmbedding;
  private final LayerNorm preLayerNorm;
  private final List<ClipEncoderLayer> layers = new ArrayList<>();
  private final LayerNorm postLayerNorm;
  private final Linear visualProjection;

  public ClipVisionModel(Weights w, ClipVisionConfig config) {
    this.config = config;
    int hidden = config.layers().hiddenSize();
    float eps = config.layers().layerNormEps();
    Weights vision = w.at("vision_model");
    classEmbedding = vision.at("embeddings").get("class_embedding", hidden);
    patchEmbedding =
        new Conv2d(
            vision.at("embeddings.patch_embedding"),
            3,
            hidden,
            config.patchSize(),
            Window.of(config.patchSize(), 0),
            false);
    positionEmbedding =
        vision.at("embeddings.position_embedding").get("weight", config.positions(), hidden);
    preLayerNorm = new LayerNorm(vision.at("pre_layrnorm"), hidden, eps);
    for (int i = 0; i < config.layers().layers(); i++) {
      layers.add(new ClipEncoderLayer(vision.at("encoder.layers").at(i), config.layers(), false));
    }
    postLayerNorm = new LayerNorm(vision.at("post_layernorm"), hidden, eps);
    visualProjection = new Linear(w.at("visual_projection"), hidden, config.projectionDim(), false);
  }

  int imageSize() {
    return config.imageSize();
  }

  public Tensor forward(Tensor images) {
    images.shape().requireRank(4, "clip images");
    require(
        images.dim(1) == 3
            && images.dim(2) == config.imageSize()
            && images.dim(3) == config.imageSize(),
        "clip vision: expected images [N,3,%d,%d], got %s",
        config.imageSize(),
        config.imageSize(),
        images.shape());
    return Scope.keep("clip vision", () -> encode(images));
  }

  private Tensor encode(Tensor images) {
    int n = images.dim(0);
    int hidden = config.layers().hiddenSize();
    Tensor classes = expand(reshape(classEmbedding, 1, 1, hidden), n, 1, hidden);
    Tensor patches = PixelTokens.fromImage(patchEmbedding.forward(images));
    Tensor positions =
        Activations.announce("vision_model.embeddings.position_embedding", positionEmbedding);
    Tensor embedded = add(cat(1, classes, patches), positions);
    Tensor h = preLayerNorm.forward(Activations.announce("vision_model.embeddings", embedded));
    for (ClipEncoderLayer layer : layers) {
      h = layer.forward(h);
    }
    h = Activations.announce("vision_model.encoder", h);
    Tensor pooled = postLayerNorm.forward(reshape(slice(h, 1, 0, 1), n, hidden));
    return visualProjection.forward(pooled);
  }
}
