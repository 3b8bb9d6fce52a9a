package cadj.cad.generate;

import cadj.models.scheduler.Scheduler;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A picture's settings in the form that AUTOMATIC1111's web UI writes, and galleries and other
/// programs read:
///
/// ```
/// a photo of a bag
/// Negative prompt: a coat
/// Steps: 50, Sampler: DDIM, CFG scale: 7.5, Seed: 3, Size: 512x512, Model hash: 0123456789, …
/// ```
final class GalleryText {
  /// The keyword it stands under.
  static final String KEY = "parameters";

  private static final int HASH_DIGITS = 10;

  private GalleryText() {}

  static String of(PictureSettings picture, Map<String, String> model) {
    StringBuilder text = new StringBuilder(picture.prompt());
    if (picture.negative() != null && !picture.negative().isEmpty()) {
      text.append("\nNegative prompt: ").append(picture.negative());
    }
    text.append("\nSteps: ").append(picture.steps());
    text.append(", Sampler: ").append(sampler(picture.scheduler()));
    text.append(", CFG scale: ").append(number(picture.guidance()));
    text.append(", Seed: ").append(picture.seed());
    text.append(", Size: %dx%d".formatted(picture.width(), picture.height()));
    String hash = model.get("model_sha256");
    if (hash != null) {
      text.append(", Model hash: ").append(hash, 0, Math.min(HASH_DIGITS, hash.length()));
    }
    String name = model.get("model");
    if (name != null) {
      text.append(", Model: ").append(quoted(fileName(name)));
    }
    return text.append(", RNG: ").append(rng(picture.rng())).toString();
  }

  private static String sampler(Scheduler.Kind kind) {
    return switch (kind) {
      case DDIM -> "DDIM";
      case PNDM -> "PLMS";
      case EULER -> "Euler";
      case EULER_ANCESTRAL -> "Euler a";
      case DPMPP_2M -> "DPM++ 2M";
      case DPMPP_2M_KARRAS -> "DPM++ 2M Karras";
      case UNIPC -> "UniPC";
      case LCM -> "LCM";
      case FLOW_MATCH_EULER -> "Flow match Euler";
    };
  }

  /// The web UI's names: what a GPU draws is `NV` where it is computed elsewhere.
  private static String rng(Rng rng) {
    return switch (rng) {
      case TORCH_CPU -> "CPU";
      case TORCH_CUDA -> "NV";
    };
  }

  private static String number(double x) {
    return x == Math.rint(x) && Math.abs(x) < 1e6 ? Long.toString((long) x) : Double.toString(x);
  }

  private static String fileName(String model) {
    @Nullable Path name = Path.of(model).getFileName();
    return name == null ? model : name.toString();
  }

  /// Values that would end the list's entry are in quotes, as JSON.
  private static String quoted(String value) {
    return value.matches("[^,:\n\"]*") ? value : TextNode.valueOf(value).toString();
  }
}
