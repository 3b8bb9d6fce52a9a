package cadj.models.vae;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.Layers;
import cadj.models.blocks.ResnetBlock2D;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// `UNetMidBlock2D`: resnet, attention, resnet.
final class VaeMidBlock {
  private final String path;
  private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();

  VaeMidBlock(Weights w, VaeConfig config, int channels) {
    path = w.path();
    int groups = config.normNumGroups();
    VaeAttention attention =
        config.midBlockAddAttention()
            ? new VaeAttention(w.at("attentions.0"), channels, groups, AutoencoderKL.EPS)
            : null;
    layers.add(resnet(w.at("resnets.0"), channels, groups));
    if (attention != null) {
      layers.add(attention::forward);
    }
    layers.add(resnet(w.at("resnets.1"), channels, groups));
  }

  Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> Layers.forward(path, in, layers));
  }

  private static UnaryOperator<Tensor> resnet(Weights w, int channels, int groups) {
    return new ResnetBlock2D(w, channels, channels, 0, groups, AutoencoderKL.EPS)::forward;
  }
}
