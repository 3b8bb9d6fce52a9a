package cadj.models.unet;

import static cadj.autograd.ops.Cat.cat;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.ResnetBlock2D;
import cadj.models.blocks.Upsample2D;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `UpBlock2D`, or with transformers `CrossAttnUpBlock2D`: one resnet more than on the way down,
/// each fed with a skip joined to its input's channels, then an upsampler in all but the last
/// block.
final class UpBlock {
  private final String path;
  private final List<Transformer2DModel> attentions = new ArrayList<>();
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final @Nullable Upsample2D upsampler;

  /// @param block 0 for the first on the way up, at the lowest resolution
  UpBlock(Weights w, UNetConfig config, int block) {
    path = w.path();
    int level = config.levels() - 1 - block;
    int out = config.channels(level);
    int layers = config.layersPerBlock().get(level) + 1;
    if (config.upAttention().get(block)) {
      List<Integer> depths = config.upTransformerLayers().get(block);
      for (int i = 0; i < layers; i++) {
        attentions.add(config.transformer(w.at("attentions").at(i), level, depths.get(i)));
      }
    }
    for (int i = 0; i < layers; i++) {
      int in = i > 0 ? out : config.channels(Math.min(level + 1, config.levels() - 1));
      int skip = i < layers - 1 ? out : config.channels(Math.max(0, level - 1));
      resnets.add(config.resnet(w.at("resnets").at(i), in + skip, out));
    }
    upsampler = level == 0 ? null : new Upsample2D(w.at("upsamplers.0"), out);
  }

  /// Takes its skips from the end of `skips`.
  Tensor forward(Tensor x, Tensor temb, Tensor context, List<Tensor> skips) {
    return Activations.module(path, x, in -> layers(in, temb, context, skips));
  }

  private Tensor layers(Tensor x, Tensor temb, Tensor context, List<Tensor> skips) {
    Tensor h = x;
    for (int i = 0; i < resnets.size(); i++) {
      h = joined(resnets.get(i), h, skips.removeLast(), temb);
      if (!attentions.isEmpty()) {
        h = attentions.get(i).forward(h, context);
      }
    }
    if (upsampler != null) {
      Tensor next = skips.getLast();
      h = upsampler.forward(h, next.dim(2), next.dim(3));
    }
    return h;
  }

  private static Tensor joined(ResnetBlock2D resnet, Tensor h, Tensor skip, Tensor temb) {
    return Scope.keep("skip", () -> resnet.forward(cat(1, h, skip), temb));
  }
}
