package cadj.models.classifier;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Pointwise.relu;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.BatchNorm2d;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;
import java.util.function.UnaryOperator;

/// A 3×3 convolution between two 1×1 ones, of which the first narrows and the last widens: He et
/// al. 2016 (arXiv:1512.03385), with the stride in the 3×3 convolution as torchvision has it
/// ("ResNet v1.5").
final class Bottleneck implements ResidualBlock {
  /// Channels that come out, for each inside.
  static final int EXPANSION = 4;

  private final String path;
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final Conv2d conv3;
  private final BatchNorm2d bn3;
  private final UnaryOperator<Tensor> shortcut;

  /// @param width channels inside
  Bottleneck(Weights w, int in, int width, int stride) {
    int out = EXPANSION * width;
    path = w.path();
    conv1 = new Conv2d(w.at("conv1"), in, width, 1, Window.same(0), false);
    bn1 = new BatchNorm2d(w.at("bn1"), width);
    conv2 = new Conv2d(w.at("conv2"), width, width, 3, Window.of(stride, 1), false);
    bn2 = new BatchNorm2d(w.at("bn2"), width);
    conv3 = new Conv2d(w.at("conv3"), width, out, 1, Window.same(0), false);
    bn3 = new BatchNorm2d(w.at("bn3"), out);
    shortcut = ResidualBlock.shortcut(w, in, out, stride);
  }

  @Override
  public Tensor forward(Tensor x) {
    return Activations.module(path, x, this::residual);
  }

  private Tensor residual(Tensor x) {
    Tensor h = relu(bn1.forward(conv1.forward(x)));
    h = relu(bn2.forward(conv2.forward(h)));
    return relu(add(shortcut.apply(x), bn3.forward(conv3.forward(h))));
  }
}
