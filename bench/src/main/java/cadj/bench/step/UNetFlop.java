package cadj.bench.step;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts the multiplications and additions of a UNet by its parameters: each matrix works on every
/// token or pixel of the place it stands at, and each self- or cross-attention has two products
/// more.
final class UNetFlop {
  private static final Pattern BLOCK = Pattern.compile("(down|up)_blocks\\.(\\d)\\.(\\w+)\\..*");
  private static final Pattern TEXT = Pattern.compile(".*\\.attn2\\.to_[kv]\\.weight");
  private static final Pattern TIME = Pattern.compile(".*time_emb.*");
  private static final Pattern QUERY = Pattern.compile(".*\\.(attn1|attn2)\\.to_q\\.weight");

  private UNetFlop() {}

  /// Of one image with latents of `side`×`side`, in Stable Diffusion 1.4.
  static double forward(int side) {
    Denoiser unet = StableDiffusion.shapes();
    double flop = 0;
    for (var parameter : unet.parameters().entrySet()) {
      String key = parameter.getKey();
      Tensor weight = parameter.getValue();
      if (weight.rank() > 1) {
        double pixels = Math.pow(side(key, side, StableDiffusion.LEVELS), 2);
        double rows =
            TIME.matcher(key).matches()
                ? 1
                : TEXT.matcher(key).matches() ? StableDiffusion.TEXT_TOKENS : pixels;
        flop += 2 * rows * weight.elements();
        Matcher query = QUERY.matcher(key);
        if (query.matches()) {
          double keys = query.group(1).equals("attn1") ? pixels : StableDiffusion.TEXT_TOKENS;
          flop += 4 * pixels * keys * weight.dim(0);
        }
      }
    }
    return flop;
  }

  /// Side of the image that the parameter's layer puts out.
  private static double side(String key, int side, int levels) {
    if (key.startsWith("mid_block")) {
      return Math.scalb((double) side, 1 - levels);
    }
    Matcher block = BLOCK.matcher(key);
    if (!block.matches()) {
      return side;
    }
    int number = Integer.parseInt(block.group(2));
    int level = block.group(1).equals("down") ? number : levels - 1 - number;
    return switch (block.group(3)) {
      case "downsamplers" -> Math.scalb((double) side, -level - 1);
      case "upsamplers" -> Math.scalb((double) side, 1 - level);
      default -> Math.scalb((double) side, -level);
    };
  }
}
