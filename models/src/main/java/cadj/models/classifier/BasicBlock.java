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

/// relu(shortcut(x) + bn2(conv2(relu(bn1(conv1(x)))))), He et al. 2016 (arXiv:1512.03385).
final class BasicBlock implements ResidualBlock {
  private final String path;
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final UnaryOperator<Tensor> shortcut;

  BasicBlock(Weights w, int in, int out, int stride) {
    path = w.path();
    conv1 = new Conv2d(w.at("conv1"), in, out, 3, Window.of(stride, 1), false);
    bn1 = new BatchNorm2d(w.at("bn1"), out);
    conv2 = new Conv2d(w.at("conv2"), out, out, 3, Window.same(1), false);
    bn2 = new BatchNorm2d(w.at("bn2"), out);
    shortcut = ResidualBlock.shortcut(w, in, out, stride);
  }

  @Override
  public Tensor forward(Tensor x) {
    return Activations.module(path, x, this::residual);
  }

  private Tensor residual(Tensor x) {
    Tensor h = relu(bn1.forward(conv1.forward(x)));
    return relu(add(shortcut.apply(x), bn2.forward(conv2.forward(h))));
  }
}
