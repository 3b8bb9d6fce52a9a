package cadj.cad.judge;

import static cadj.tensor.shape.Require.require;

import cadj.models.clip.ClipFeatures;
import cadj.tensor.Tensor;
import java.util.List;

/// Zero-shot classification with CLIP, Radford et al. 2021 (arXiv:2103.00020): of "a photo of a X",
/// the text whose vector is most similar to the picture's. It can tell apart whatever has a name,
/// and always sees one of the names.
public final class ClipJudge implements Judge {
  private static final String TEXT = "a photo of a %s";

  /// What cosines are multiplied with for probabilities, as in that paper: published CLIP models
  /// have learned it.
  private static final double LOGIT_SCALE = 100;

  private final ClipFeatures clip;
  private final List<String> names;

  /// [names,width]
  private final float[] texts;

  /// @param names what to tell apart
  public ClipJudge(ClipFeatures clip, List<String> names) {
    require(names.size() > 1, "clip judge: expected two names or more, got %s", names);
    this.clip = clip;
    this.names = List.copyOf(names);
    texts = clip.ofTexts(names.stream().map(TEXT::formatted).toList()).toFloats();
  }

  @Override
  public List<List<String>> kinds() {
    return List.of(names);
  }

  @Override
  public int[][] sees(Tensor pictures) {
    int count = names.size();
    float[] cosines = cosines(pictures);
    int[] seen = new int[pictures.dim(0)];
    for (int n = 0; n < seen.length; n++) {
      seen[n] = Largest.of(cosines, n * count, (n + 1) * count) - n * count;
    }
    return new int[][] {seen};
  }

  @Override
  public double[] probability(Tensor pictures, String concept) {
    int count = names.size();
    int at = kinds().get(kindOf(concept)).indexOf(concept);
    float[] cosines = cosines(pictures);
    double[] out = new double[pictures.dim(0)];
    for (int n = 0; n < out.length; n++) {
      out[n] = Softmax.of(cosines, n * count, (n + 1) * count, n * count + at, LOGIT_SCALE);
    }
    return out;
  }

  /// How well each text fits each picture, [N,names].
  float[] cosines(Tensor pictures) {
    int count = names.size();
    int width = texts.length / count;
    float[] vectors = clip.ofPictures(pictures).toFloats();
    float[] out = new float[pictures.dim(0) * count];
    for (int i = 0; i < out.length; i++) {
      int picture = i / count * width;
      int text = i % count * width;
      for (int k = 0; k < width; k++) {
        out[i] += vectors[picture + k] * texts[text + k];
      }
    }
    return out;
  }
}
