package cadj.models.unet;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.Downsample2D;
import cadj.models.blocks.ResnetBlock2D;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `DownBlock2D`, or with transformers `CrossAttnDownBlock2D`: resnets, each followed by a
/// transformer in the latter, then a downsampler in all but the last block.
final class DownBlock {
  private final String path;
  private final List<String> residuals = new ArrayList<>();
  private final List<Transformer2DModel> attentions = new ArrayList<>();
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final @Nullable Downsample2D downsampler;

  DownBlock(Weights w, UNetConfig config, int level) {
    path = w.path();
    int out = config.channels(level);
    int layers = config.layersPerBlock().get(level);
    if (config.downAttention().get(level)) {
      List<Integer> depths = config.downTransformerLayers().get(level);
      for (int i = 0; i < layers; i++) {
        attentions.add(config.transformer(w.at("attentions").at(i), level, depths.get(i)));
      }
    }
    for (int i = 0; i < layers; i++) {
      int in = i > 0 ? out : config.channels(Math.max(0, level - 1));
      resnets.add(config.resnet(w.at("resnets").at(i), in, out));
    }
    downsampler =
        level == config.levels() - 1
            ? null
            : new Downsample2D(w.at("downsamplers.0"), out, config.downsamplePadding());
    for (int i = 0; i < resnets.size() + (downsampler == null ? 0 : 1); i++) {
      residuals.add(path + ".residual" + i);
    }
  }

  /// Appends each layer's result to `skips`, announced as `residual0`, `residual1` …
  Tensor forward(Tensor x, Tensor temb, Tensor context, List<Tensor> skips) {
    return Activations.module(path, x, in -> layers(in, temb, context, skips));
  }

  private Tensor layers(Tensor x, Tensor temb, Tensor context, List<Tensor> skips) {
    Tensor h = x;
    for (int i = 0; i < resnets.size(); i++) {
      h = resnets.get(i).forward(h, temb);
      if (!attentions.isEmpty()) {
        h = attentions.get(i).forward(h, context);
      }
      skips.add(Activations.announce(residuals.get(i), h));
    }
    if (downsampler != null) {
      h = downsampler.forward(h);
      skips.add(Activations.announce(residuals.getLast(), h));
    }
    return h;
  }
}
