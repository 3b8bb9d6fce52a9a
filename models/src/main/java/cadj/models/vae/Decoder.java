package cadj.models.vae;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.GroupNorm;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.models.blocks.Layers;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Latents [N,latent,h,w], past `post_quant_conv`, → image [N,3,h·f,w·f].
final class Decoder {
  private final String path;
  private final Conv2d convIn;
  private final VaeMidBlock midBlock;
  private final List<VaeBlock> upBlocks = new ArrayList<>();
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  Decoder(Weights w, VaeConfig config) {
    path = w.path();
    int groups = config.normNumGroups();
    int last = config.levels() - 1;
    convIn =
        new Conv2d(
            w.at("conv_in"), config.latentChannels(), config.channels(last), 3, Window.same(1));
    for (int i = 0; i <= last; i++) {
      int in = config.channels(Math.min(last, last - i + 1));
      Weights blockWeights = w.at("up_blocks").at(i);
      VaeBlock block =
          new VaeBlock(
              blockWeights, in, config.channels(last - i), config.layersPerBlock() + 1, groups);
      upBlocks.add(i < last ? block.upsampled() : block);
    }
    midBlock = new VaeMidBlock(w.at("mid_block"), config, config.channels(last));
    convNormOut =
        new GroupNorm(w.at("conv_norm_out"), groups, config.channels(0), AutoencoderKL.EPS);
    convOut =
        new Conv2d(w.at("conv_out"), config.channels(0), config.outChannels(), 3, Window.same(1));
  }

  Tensor forward(Tensor latents) {
    return Activations.module(path, latents, this::decode);
  }

  private Tensor decode(Tensor latents) {
    List<UnaryOperator<Tensor>> layers = new ArrayList<>();
    layers.add(convIn::forward);
    layers.add(midBlock::forward);
    upBlocks.forEach(block -> layers.add(block::forward));
    layers.add(convNormOut::forwardSilu);
    layers.add(convOut::forward);
    return Layers.forward("decoder", latents, layers);
  }
}
