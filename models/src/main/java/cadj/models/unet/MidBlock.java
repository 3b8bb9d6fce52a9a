package cadj.models.unet;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.ResnetBlock2D;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// `UNetMidBlock2DCrossAttn`: resnet, transformer, resnet at the lowest resolution; or
/// `UNetMidBlock2D`, of which a UNet has the first resnet only.
final class MidBlock {
  private final String path;
  private final List<Transformer2DModel> attentions = new ArrayList<>();
  private final List<ResnetBlock2D> resnets = new ArrayList<>();

  MidBlock(Weights w, UNetConfig config) {
    path = w.path();
    int last = config.levels() - 1;
    int channels = config.channels(last);
    if (config.mid() == UNetConfig.Mid.CROSS_ATTENTION) {
      attentions.add(config.transformer(w.at("attentions.0"), last, config.midTransformerLayers()));
    }
    for (int i = 0; i <= attentions.size(); i++) {
      resnets.add(config.resnet(w.at("resnets").at(i), channels, channels));
    }
  }

  Tensor forward(Tensor x, Tensor temb, Tensor context) {
    return Activations.module(path, x, in -> layers(in, temb, context));
  }

  private Tensor layers(Tensor x, Tensor temb, Tensor context) {
    Tensor h = resnets.getFirst().forward(x, temb);
    for (int i = 0; i < attentions.size(); i++) {
      h = resnets.get(i + 1).forward(attentions.get(i).forward(h, context), temb);
    }
    return h;
  }
}
