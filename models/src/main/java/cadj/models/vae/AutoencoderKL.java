package cadj.models.vae;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.affine;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Affine.shift;
import static cadj.autograd.ops.Clamp.clamp;
import static cadj.autograd.ops.Div.div;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Slice.slice;
import static cadj.autograd.ops.Sub.sub;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Between pictures and latents: diffusers' `AutoencoderKL`.
///
/// Pictures are in [−1, 1]. Latents here are unscaled: a pipeline calls [#scaled] after encoding
/// and [#unscaled] before decoding.
public final class AutoencoderKL {
  static final float EPS = 1e-6f; // of every GroupNorm

  private final VaeConfig config;
  private final SequencedMap<String, Tensor> parameters;
  private final Encoder encoder;
  private final Decoder decoder;
  private final @Nullable Conv2d quantConv;
  private final @Nullable Conv2d postQuantConv;

  public AutoencoderKL(Weights w, VaeConfig config) {
    this.config = config;
    int latent = config.latentChannels();
    encoder = new Encoder(w.at("encoder"), config);
    decoder = new Decoder(w.at("decoder"), config);
    quantConv =
        config.useQuantConv()
            ? new Conv2d(w.at("quant_conv"), 2 * latent, 2 * latent, 1, Window.same(0))
            : null;
    postQuantConv =
        config.usePostQuantConv()
            ? new Conv2d(w.at("post_quant_conv"), latent, latent, 1, Window.same(0))
            : null;
    parameters = w.parameters();
  }

  public VaeConfig config() {
    return config;
  }

  public SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  /// image [N,3,H,W] → the distribution of its latents [N,latent,H/f,W/f]
  public DiagonalGaussian encode(Tensor image) {
    requireImage(image, config.inChannels(), "vae encode");
    return Scope.keep(
        "vae encode",
        () -> {
          Tensor h = encoder.forward(image);
          Tensor moments = quantConv == null ? h : quantConv.forward(h);
          int latent = config.latentChannels();
          return new DiagonalGaussian(
              slice(moments, 1, 0, latent), clamp(slice(moments, 1, latent, 2 * latent), -30, 20));
        });
  }

  /// latents [N,latent,h,w] → image [N,3,h·f,w·f], not clamped
  public Tensor decode(Tensor latents) {
    requireImage(latents, config.latentChannels(), "vae decode");
    return Scope.keep(
        "vae decode",
        () -> decoder.forward(postQuantConv == null ? latents : postQuantConv.forward(latents)));
  }

  /// What a denoiser works on: latents·s with the scaling factor s; XL's may be normalized first,
  /// (latents − mean)·s/std, and Stable Diffusion 3's are shifted, (latents − shift)·s.
  public Tensor scaled(Tensor latents) {
    VaeConfig.Normalization normal = config.normalization();
    Tensor normalized =
        normal == null
            ? latents
            : div(sub(latents, perChannel(normal.mean())), perChannel(normal.deviation()));
    float shift = (float) config.shiftFactor();
    return scale(
        shift == 0 ? normalized : shift(normalized, -shift), (float) config.scalingFactor());
  }

  /// The inverse of [#scaled].
  public Tensor unscaled(Tensor latents) {
    float factor = (float) (1 / config.scalingFactor());
    VaeConfig.Normalization normal = config.normalization();
    if (normal == null) {
      return affine(latents, factor, (float) config.shiftFactor());
    }
    return add(
        scale(mul(latents, perChannel(normal.deviation())), factor), perChannel(normal.mean()));
  }

  /// [1,C,1,1]
  private static Tensor perChannel(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return Tensor.of(floats, 1, floats.length, 1, 1);
  }

  private static void requireImage(Tensor x, int channels, String what) {
    x.shape().requireRank(4, what);
    require(
        x.dim(1) == channels,
        "%s: expected %d channels (dim 1), got %s",
        what,
        channels,
        x.shape());
  }
}
