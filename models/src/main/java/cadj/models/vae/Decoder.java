package cadj.models.vae;

import cadj.autograd.nn.Activations;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.GroupNorm;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.models.blocks.ResnetBlock2D;
import cadj.models.blocks.Upsample2D;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Latents [N,latent,h,w], past `post_quant_conv`, → image [N,3,h·f,w·f].
final class Decoder {
  private final Conv2d convIn;
  private final VaeMidBlock midBlock;
  private final List<UnaryOperator<Tensor>> up = new ArrayList<>();
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  Decoder(Weights w, VaeConfig config) {
    int groups = config.normNumGroups();
    int last = config.levels() - 1;
    convIn =
        new Conv2d(
            w.at("conv_in"), config.latentChannels(), config.channels(last), 3, Window.same(1));
    for (int block = 0; block <= last; block++) {
      Weights blockWeights = w.at("up_blocks").at(block);
      int out = config.channels(last - block);
      for (int i = 0; i <= config.layersPerBlock(); i++) {
        int in = i > 0 ? out : config.channels(Math.min(last, last - block + 1));
        up.add(
            new ResnetBlock2D(
                    blockWeights.at("resnets").at(i), in, out, 0, groups, AutoencoderKL.EPS)
                ::forward);
      }
      if (block < last) {
        up.add(new Upsample2D(blockWeights.at("upsamplers.0"), out)::forward);
      }
    }
    midBlock = new VaeMidBlock(w.at("mid_block"), config, config.channels(last));
    convNormOut =
        new GroupNorm(w.at("conv_norm_out"), groups, config.channels(0), AutoencoderKL.EPS);
    convOut =
        new Conv2d(w.at("conv_out"), config.channels(0), config.outChannels(), 3, Window.same(1));
  }

  Tensor forward(Tensor latents) {
    Tensor h = midBlock.forward(convIn.forward(latents));
    for (UnaryOperator<Tensor> layer : up) {
      h = layer.apply(h);
    }
    Tensor image = h;
    return Activations.announce(
        "decoder",
        Scope.keep("decoder.conv_out", () -> convOut.forward(convNormOut.forwardSilu(image))));
  }
}
