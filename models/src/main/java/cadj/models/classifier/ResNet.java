package cadj.models.classifier;

import static cadj.autograd.ops.MaxPool2d.maxPool2d;
import static cadj.autograd.ops.Mean.mean;
import static cadj.autograd.ops.Pointwise.relu;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.BatchNorm2d;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.models.blocks.Layers;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// torchvision's `ResNet`, He et al. 2016 (arXiv:1512.03385): a 7×7 convolution of stride 2, max
/// pooling, stages of residual blocks of which each but the first halves the sides, mean over all
/// pixels, a linear layer.
///
/// images [N,3,H,W], normalised → logits [N,classes]. With torchvision's `IMAGENET1K_V1` weights
/// ResNet-50 puts 76.1 % of ImageNet's validation pictures right, with `IMAGENET1K_V2` 80.9 %, each
/// with its own preprocessing.
public final class ResNet {
  private final ResNetConfig config;
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();
  private final Linear fc;

  public ResNet(Weights w, ResNetConfig config) {
    this.config = config;
    conv1 = new Conv2d(w.at("conv1"), 3, config.stem(), 7, Window.of(2, 3), false);
    bn1 = new BatchNorm2d(w.at("bn1"), config.stem());
    layers.add(this::stem);
    int in = config.stem();
    for (int stage = 0; stage < config.layers().size(); stage++) {
      int width = config.widths().get(stage);
      Weights weights = w.at("layer" + (stage + 1));
      List<ResidualBlock> blocks =
          ResidualBlock.stage(
              weights,
              config.bottleneck(),
              config.layers().get(stage),
              in,
              width,
              stage > 0 ? 2 : 1);
      in = ResidualBlock.out(config.bottleneck(), width);
      UnaryOperator<Tensor> sequence = ResidualBlock.sequence(blocks);
      layers.add(x -> Activations.module(weights.path(), x, sequence));
    }
    layers.add(x -> mean(x, false, 2, 3));
    fc = new Linear(w.at("fc"), in, config.classes());
    layers.add(fc::forward);
  }

  public ResNetConfig config() {
    return config;
  }

  public Tensor forward(Tensor images) {
    images.shape().requireRank(4, "resnet images");
    require(images.dim(1) == 3, "resnet: expected 3 channels (dim 1), got %s", images.shape());
    return Layers.forward("resnet", images, layers);
  }

  private Tensor stem(Tensor x) {
    Tensor h = relu(bn1.forward(conv1.forward(x)));
    return Activations.announce("maxpool", maxPool2d(h, 3, 2, 1));
  }
}
