package cadj.bench.step;

import cadj.tensor.Tensor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts the multiplications and additions of [StableDiffusion3] by its parameters: each matrix
/// works on every token of the image or the text, or once for the conditioning, and each attention
/// has two products more.
final class SD3Flop {
  private static final Pattern ONCE =
      Pattern.compile("time_text_embed\\..*|.*norm\\w*\\.linear\\..*");
  private static final Pattern TEXT =
      Pattern.compile("context_embedder\\..*|.*\\.(add_\\w_proj|to_add_out|ff_context)\\..*");
  private static final Pattern QUERY = Pattern.compile(".*\\.(attn2?)\\.to_q\\.weight");

  private SD3Flop() {}

  /// Of one image with latents of `side`×`side`.
  static double forward(int side) {
    double image = side * side / 4.0; // patches of 2×2
    double all = image + StableDiffusion3.TEXT_TOKENS;
    double flop = 0;
    for (var parameter : StableDiffusion3.shapes().parameters().entrySet()) {
      String key = parameter.getKey();
      Tensor weight = parameter.getValue();
      if (weight.rank() > 1) {
        double rows =
            ONCE.matcher(key).matches()
                ? 1
                : TEXT.matcher(key).matches() ? StableDiffusion3.TEXT_TOKENS : image;
        flop += 2 * rows * weight.elements();
        Matcher query = QUERY.matcher(key);
        if (query.matches()) {
          double tokens = query.group(1).equals("attn") ? all : image;
          flop += 4 * tokens * tokens * weight.dim(0);
        }
      }
    }
    return flop;
  }
}
