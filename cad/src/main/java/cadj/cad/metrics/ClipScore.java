package cadj.cad.metrics;

import static cadj.autograd.ops.Clamp.clamp;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;
import static cadj.tensor.shape.Require.require;

import cadj.cad.statistics.Sample;
import cadj.models.clip.ClipFeatures;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;

/// How well pictures fit captions by CLIP, Hessel et al. 2021 (arXiv:2104.08718).
///
/// The mean over pictures is the number that papers on editing report; it equals torchmetrics'
/// `CLIPScore` of the same CLIP model (SD papers: ViT-B/32 or L/14; the embedded model's own CLIP
/// compares with nothing else), but for pictures' 8-bit rounding.
public record ClipScore(ClipFeatures clip) {
  /// 100·cos of each picture [N,3,H,W] in [−1, 1] with the caption of its number.
  public double[] of(Tensor pictures, List<String> captions) {
    pictures.shape().requireRank(4, "clip score pictures");
    require(
        captions.size() == pictures.dim(0),
        "clip score: expected a caption for each of %d pictures, got %d",
        pictures.dim(0),
        captions.size());
    double[][] out = new double[1][];
    Scope.run(
        "clip score",
        () -> {
          Tensor images = clip.ofPictures(clamp(pictures, -1, 1));
          out[0] = sum(mul(images, clip.ofTexts(captions)), false, 1).toDoubles();
        });
    for (int n = 0; n < out[0].length; n++) {
      out[0][n] *= 100;
    }
    return out[0];
  }

  /// The mean, but at least 0, as torchmetrics has it: the mean is clamped, not each picture's
  /// score.
  public static double mean(double... scores) {
    return Math.max(Sample.mean(scores), 0);
  }

  /// Hessel's CLIP-S of a picture: 2.5·max(cos, 0).
  public static double clipS(double score) {
    return 2.5 * Math.max(score / 100, 0);
  }
}
