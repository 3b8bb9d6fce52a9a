package cadj.models.preprocess;

import static cadj.models.preprocess.RgbImage.CHANNELS;

import cadj.tensor.shape.Require;
import java.util.List;

/// (level/255 − mean)/std, for each channel its own.
///
/// @param mean of red, green, blue, where levels are from 0 to 1
/// @param std their standard deviations, not 0
public record Normalization(List<Double> mean, List<Double> std) {
  /// Of ImageNet's training set, as torchvision's models have it.
  public static final Normalization IMAGENET =
      new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  /// Of OpenAI's training set.
  public static final Normalization CLIP =
      new Normalization(
          List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711));

  /// 2·level/255 − 1
  public static final Normalization TO_ONE =
      new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  private static final int LEVELS = 256;

  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    Require.require(
        mean.size() == CHANNELS && std.size() == CHANNELS && !std.contains(0.0),
        "normalisation: expected three means and standard deviations, got %s and %s",
        mean,
        std);
  }

  /// [H,W,3] levels → [3,H,W], in single precision as torchvision computes it.
  float[] of(RgbImage image) {
    float[][] table = new float[CHANNELS][LEVELS];
    for (int c = 0; c < CHANNELS; c++) {
      for (int level = 0; level < LEVELS; level++) {
        table[c][level] = (level / 255f - mean.get(c).floatValue()) / std.get(c).floatValue();
      }
    }
    float[] out = new float[CHANNELS * image.height() * image.width()];
    int i = 0;
    for (int c = 0; c < CHANNELS; c++) {
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          out[i++] = table[c][image.level(y, x, c)];
        }
      }
    }
    return out;
  }
}
