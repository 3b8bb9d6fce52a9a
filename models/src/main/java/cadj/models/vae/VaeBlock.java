package cadj.models.vae;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.Downsample2D;
import cadj.models.blocks.Layers;
import cadj.models.blocks.ResnetBlock2D;
import cadj.models.blocks.Upsample2D;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// `DownEncoderBlock2D` or `UpDecoderBlock2D`: resnets, then a sampler in all but the last block.
final class VaeBlock {
  private final Weights w;
  private final String path;
  private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();
  private final int channels;

  VaeBlock(Weights w, int in, int out, int resnets, int groups) {
    this.w = w;
    path = w.path();
    channels = out;
    for (int i = 0; i < resnets; i++) {
      Weights resnet = w.at("resnets").at(i);
      layers.add(
          new ResnetBlock2D(resnet, i > 0 ? out : in, out, 0, groups, AutoencoderKL.EPS)::forward);
    }
  }

  VaeBlock downsampled() {
    layers.add(new Downsample2D(w.at("downsamplers.0"), channels, 0)::forward);
    return this;
  }

  VaeBlock upsampled() {
    layers.add(new Upsample2D(w.at("upsamplers.0"), channels)::forward);
    return this;
  }

  Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> Layers.forwardWithin(path, in, layers));
  }
}
