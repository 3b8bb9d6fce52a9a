package cadj.models.inception;

import cadj.autograd.nn.Weights;
import cadj.models.blocks.Layers;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Convolutions one after another. Those of a block begin where it begins, and what they give is
/// put side by side.
///
/// Names count up: `name_1`, `name_2`, …
final class Branch {
  private final Weights block;
  private final String name;
  private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();
  private int channels;

  /// @param channels of the block's input
  Branch(Weights block, String name, int channels) {
    this.block = block;
    this.name = name;
    this.channels = channels;
  }

  /// One more convolution that keeps the sides.
  Branch same(int out, int height, int width) {
    layers.add(BasicConv2d.same(next(), channels, out, height, width)::forward);
    channels = out;
    return this;
  }

  /// One more, 3×3, that about halves the sides.
  Branch halving(int out) {
    layers.add(BasicConv2d.valid(next(), channels, out, 3, 2)::forward);
    channels = out;
    return this;
  }

  private Weights next() {
    return block.at(name + "_" + (layers.size() + 1));
  }

  int channels() {
    return channels;
  }

  Tensor forward(Tensor x) {
    return Layers.forward(name, x, layers);
  }
}
