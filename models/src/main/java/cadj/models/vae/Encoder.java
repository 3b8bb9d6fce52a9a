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

/// Image [N,3,H,W] → [N,2·latent,H/f,W/f], mean and log-variance still to pass `quant_conv`.
final class Encoder {
  private final String path;
  private final Conv2d convIn;
  private final List<VaeBlock> downBlocks = new ArrayList<>();
  private final VaeMidBlock midBlock;
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  Encoder(Weights w, VaeConfig config) {
    path = w.path();
    int groups = config.normNumGroups();
    convIn =
        new Conv2d(w.at("conv_in"), config.inChannels(), config.channels(0), 3, Window.same(1));
    for (int level = 0; level < config.levels(); level++) {
      int in = config.channels(Math.max(0, level - 1));
      Weights blockWeights = w.at("down_blocks").at(level);
      VaeBlock block =
          new VaeBlock(blockWeights, in, config.channels(level), config.layersPerBlock(), groups);
      downBlocks.add(level < config.levels() - 1 ? block.downsampled() : block);
    }
    int last = config.channels(config.levels() - 1);
    midBlock = new VaeMidBlock(w.at("mid_block"), config, last);
    convNormOut = new GroupNorm(w.at("conv_norm_out"), groups, last, AutoencoderKL.EPS);
    convOut = new Conv2d(w.at("conv_out"), last, 2 * config.latentChannels(), 3, Window.same(1));
  }

  Tensor forward(Tensor image) {
    return Activations.module(path, image, this::encode);
  }

  private Tensor encode(Tensor image) {
    List<UnaryOperator<Tensor>> layers = new ArrayList<>();
    layers.add(convIn::forward);
    downBlocks.forEach(block -> layers.add(block::forward));
    layers.add(midBlock::forward);
    layers.add(convNormOut::forwardSilu);
    layers.add(convOut::forward);
    return Layers.forward("encoder", image, layers);
  }
}
