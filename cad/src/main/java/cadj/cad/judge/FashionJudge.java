package cadj.cad.judge;

import cadj.models.classifier.ResNetClassifier;
import cadj.tensor.Tensor;
import java.util.List;

/// The classifier in an embedded model's folder: objects and styles, the largest logit of each.
public record FashionJudge(ResNetClassifier classifier) implements Judge {
  @Override
  public List<List<String>> kinds() {
    return List.of(classifier.objects(), classifier.styles());
  }

  @Override
  public int[][] sees(Tensor pictures) {
    Tensor logits = classifier.forward(pictures);
    float[] values = logits.toFloats();
    int width = logits.dim(1);
    int[][] out = new int[kinds().size()][logits.dim(0)];
    for (int n = 0; n < logits.dim(0); n++) {
      int from = n * width;
      for (int kind = 0; kind < out.length; kind++) {
        int to = from + kinds().get(kind).size();
        out[kind][n] = Largest.of(values, from, to) - from;
        from = to;
      }
    }
    return out;
  }

  @Override
  public double[] probability(Tensor pictures, String concept) {
    int kind = kindOf(concept);
    int from = kind == 0 ? 0 : classifier.objects().size();
    int to = from + kinds().get(kind).size();
    int at = from + kinds().get(kind).indexOf(concept);
    Tensor logits = classifier.forward(pictures);
    float[] values = logits.toFloats();
    int width = logits.dim(1);
    double[] out = new double[logits.dim(0)];
    for (int n = 0; n < out.length; n++) {
      out[n] = Softmax.of(values, n * width + from, n * width + to, n * width + at, 1);
    }
    return out;
  }
}
