package cadj.models.vae;

import cadj.autograd.nn.Activations;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.GroupNorm;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.models.blocks.Downsample2D;
import cadj.models.blocks.ResnetBlock2D;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Image [N,3,H,W] → [N,2·latent,H/f,W/f], mean and log-variance still to pass `quant_conv`.
final class Encoder {
  private final Conv2d convIn;
  private final List<UnaryOperator<Tensor>> down = new ArrayList<>();
  private final VaeMidBlock midBlock;
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  Encoder(Weights w, VaeConfig config) {
    int groups = config.normNumGroups();
    convIn =
        new Conv2d(w.at("conv_in"), config.inChannels(), config.channels(0), 3, Window.same(1));
    for (int level = 0; level < config.levels(); level++) {
      Weights block = w.at("down_blocks").at(level);
      int out = config.channels(level);
      for (int i = 0; i < config.layersPerBlock(); i++) {
        int in = i > 0 ? out : config.channels(Math.max(0, level - 1));
        down.add(
            new ResnetBlock2D(block.at("resnets").at(i), in, out, 0, groups, AutoencoderKL.EPS)
                ::forward);
      }
      if (level < config.levels() - 1) {
        down.add(new Downsample2D(block.at("downsamplers.0"), out, 0)::forward);
      }
    }
    int last = config.channels(config.levels() - 1);
    midBlock = new VaeMidBlock(w.at("mid_block"), config, last);
    convNormOut = new GroupNorm(w.at("conv_norm_out"), groups, last, AutoencoderKL.EPS);
    convOut = new Conv2d(w.at("conv_out"), last, 2 * config.latentChannels(), 3, Window.same(1));
  }

  Tensor forward(Tensor image) {
    Tensor h = convIn.forward(image);
    for (UnaryOperator<Tensor> layer : down) {
      h = layer.apply(h);
    }
    Tensor normed = convNormOut.forwardSilu(midBlock.forward(h));
    return Activations.announce("encoder", convOut.forward(normed));
  }
}
