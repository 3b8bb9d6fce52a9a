package cadj.models.vae;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.ResnetBlock2D;
import cadj.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// `UNetMidBlock2D`: resnet, attention, resnet.
final class VaeMidBlock {
  private final String path;
  private final @Nullable VaeAttention attention;
  private final ResnetBlock2D before;
  private final ResnetBlock2D after;

  VaeMidBlock(Weights w, VaeConfig config, int channels) {
    path = w.path();
    int groups = config.normNumGroups();
    attention =
        config.midBlockAddAttention()
            ? new VaeAttention(w.at("attentions.0"), channels, groups, AutoencoderKL.EPS)
            : null;
    before = new ResnetBlock2D(w.at("resnets.0"), channels, channels, 0, groups, AutoencoderKL.EPS);
    after = new ResnetBlock2D(w.at("resnets.1"), channels, channels, 0, groups, AutoencoderKL.EPS);
  }

  Tensor forward(Tensor x) {
    return Activations.module(path, x, this::layers);
  }

  private Tensor layers(Tensor x) {
    Tensor h = before.forward(x);
    return after.forward(attention == null ? h : attention.forward(h));
  }
}
