package cadj.cad.judge;

import cadj.models.classifier.ResNet;
import cadj.models.preprocess.Preprocessing;
import cadj.tensor.Tensor;
import java.util.List;

/// A classifier of ImageNet's classes: a concept is seen where its class has the largest logit of
/// all, not only of those that have names here.
///
/// So the published accuracies of erased objects are counted (ESD, UCE and those after them:
/// ResNet-50, top-1 of 1000 classes).
public final class ImageNetJudge implements Judge {
  private final ResNet network;
  private final Preprocessing preprocessing;
  private final Labels labels;
  private final List<String> names;

  /// @param preprocessing that the network was trained with
  /// @param labels of some of its classes
  /// @throws IllegalArgumentException if the network lacks one of these
  public ImageNetJudge(ResNet network, Preprocessing preprocessing, Labels labels) {
    this.network = network;
    this.preprocessing = preprocessing;
    this.labels = labels;
    names = labels.all(network.config().classes());
  }

  /// One kind: all classes.
  @Override
  public List<List<String>> kinds() {
    return List.of(names);
  }

  @Override
  public List<String> known() {
    return labels.known();
  }

  @Override
  public int[][] sees(Tensor pictures) {
    int classes = names.size();
    float[] logits = preprocessing.forward(pictures, network::forward).toFloats();
    int[] seen = new int[pictures.dim(0)];
    for (int n = 0; n < seen.length; n++) {
      seen[n] = Largest.of(logits, n * classes, (n + 1) * classes) - n * classes;
    }
    return new int[][] {seen};
  }

  @Override
  public double[] probability(Tensor pictures, String concept) {
    int classes = names.size();
    int at = kinds().get(kindOf(concept)).indexOf(concept);
    float[] logits = preprocessing.forward(pictures, network::forward).toFloats();
    double[] out = new double[pictures.dim(0)];
    for (int n = 0; n < out.length; n++) {
      out[n] = Softmax.of(logits, n * classes, (n + 1) * classes, n * classes + at, 1);
    }
    return out;
  }
}
