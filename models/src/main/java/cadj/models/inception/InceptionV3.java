package cadj.models.inception;

import static cadj.autograd.ops.Mean.mean;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.Layers;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// InceptionV3 without its classifier, as pytorch-fid patches torchvision's to be the network of
/// TensorFlow that FID is defined by (Heusel et al. 2017, arXiv:1706.08500): means leave out the
/// padding, and the last block takes a maximum instead of a mean.
///
/// images [N,3,299,299] in [−1, 1], see [cadj.models.preprocess.FidResize] → [N,2048]
public final class InceptionV3 {
  /// Length of a picture's features.
  public static final int FEATURES = 2048;

  private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();

  public InceptionV3(Weights w) {
    layers.add(BasicConv2d.valid(w.at("Conv2d_1a_3x3"), 3, 32, 3, 2)::forward);
    layers.add(BasicConv2d.valid(w.at("Conv2d_2a_3x3"), 32, 32, 3, 1)::forward);
    layers.add(BasicConv2d.same(w.at("Conv2d_2b_3x3"), 32, 64, 3, 3)::forward);
    layers.add(x -> Activations.announce("maxpool1", Pools.halving(x)));
    layers.add(BasicConv2d.valid(w.at("Conv2d_3b_1x1"), 64, 80, 1, 1)::forward);
    layers.add(BasicConv2d.valid(w.at("Conv2d_4a_3x3"), 80, 192, 3, 1)::forward);
    layers.add(x -> Activations.announce("maxpool2", Pools.halving(x)));
    layers.add(InceptionBlocks.a(w.at("Mixed_5b"), 192, 32)::forward);
    layers.add(InceptionBlocks.a(w.at("Mixed_5c"), 256, 64)::forward);
    layers.add(InceptionBlocks.a(w.at("Mixed_5d"), 288, 64)::forward);
    layers.add(InceptionBlocks.b(w.at("Mixed_6a"), 288)::forward);
    layers.add(InceptionBlocks.c(w.at("Mixed_6b"), 768, 128)::forward);
    layers.add(InceptionBlocks.c(w.at("Mixed_6c"), 768, 160)::forward);
    layers.add(InceptionBlocks.c(w.at("Mixed_6d"), 768, 160)::forward);
    layers.add(InceptionBlocks.c(w.at("Mixed_6e"), 768, 192)::forward);
    layers.add(InceptionBlocks.d(w.at("Mixed_7a"), 768)::forward);
    layers.add(InceptionBlocks.e(w.at("Mixed_7b"), 1280, Pools::average)::forward);
    layers.add(InceptionBlocks.e(w.at("Mixed_7c"), FEATURES, Pools::max)::forward);
    layers.add(x -> mean(x, false, 2, 3));
  }

  public Tensor forward(Tensor images) {
    images.shape().requireRank(4, "inception images");
    require(
        images.dim(1) == 3 && images.dim(2) >= 75 && images.dim(3) >= 75,
        "inception: expected images [N,3,H,W] of at least 75×75 pixels, got %s",
        images.shape());
    return Layers.forward("inception", images, layers);
  }
}
