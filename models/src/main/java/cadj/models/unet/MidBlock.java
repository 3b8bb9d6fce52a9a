package cadj.models.unet;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.ResnetBlock2D;
import cadj.tensor.Tensor;

/// `UNetMidBlock2DCrossAttn`: resnet, transformer, resnet at the lowest resolution.
final class MidBlock {
  private final String path;
  private final Transformer2DModel attention;
  private final ResnetBlock2D before;
  private final ResnetBlock2D after;

  MidBlock(Weights w, UNetConfig config) {
    path = w.path();
    int last = config.levels() - 1;
    int channels = config.channels(last);
    attention = config.transformer(w.at("attentions.0"), last);
    before = config.resnet(w.at("resnets.0"), channels, channels);
    after = config.resnet(w.at("resnets.1"), channels, channels);
  }

  Tensor forward(Tensor x, Tensor temb, Tensor context) {
    return Activations.module(
        path, x, in -> after.forward(attention.forward(before.forward(in, temb), context), temb));
  }
}
