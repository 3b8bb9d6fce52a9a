package cadj.models.classifier;

import cadj.autograd.nn.BatchNorm2d;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.models.blocks.Layers;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// What ResNets are made of: relu(shortcut(x) + residual(x)).
sealed interface ResidualBlock permits BasicBlock, Bottleneck {
  /// x [N,in,H,W] → [N,out,H/stride,W/stride]
  Tensor forward(Tensor x);

  /// x itself, or where the block changes its shape, a 1×1 convolution of it with batch norm.
  static UnaryOperator<Tensor> shortcut(Weights w, int in, int out, int stride) {
    if (in == out && stride == 1) {
      return UnaryOperator.identity();
    }
    Conv2d conv = new Conv2d(w.at("downsample.0"), in, out, 1, Window.of(stride, 0), false);
    BatchNorm2d bn = new BatchNorm2d(w.at("downsample.1"), out);
    return x -> bn.forward(conv.forward(x));
  }

  /// The blocks of a stage, of which the first has the stride.
  ///
  /// @param width channels, in bottlenecks those inside
  static List<ResidualBlock> stage(
      Weights w, boolean bottleneck, int count, int in, int width, int stride) {
    List<ResidualBlock> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = i == 0 ? in : out(bottleneck, width);
      int step = i == 0 ? stride : 1;
      blocks.add(
          bottleneck
              ? new Bottleneck(w.at(i), from, width, step)
              : new BasicBlock(w.at(i), from, width, step));
    }
    return blocks;
  }

  /// Channels that a stage of this width gives.
  static int out(boolean bottleneck, int width) {
    return bottleneck ? Bottleneck.EXPANSION * width : width;
  }

  /// A stage's blocks one after another.
  static UnaryOperator<Tensor> sequence(List<ResidualBlock> blocks) {
    List<UnaryOperator<Tensor>> layers =
        blocks.stream().<UnaryOperator<Tensor>>map(block -> block::forward).toList();
    return x -> Layers.forward("stage", x, layers);
  }
}
