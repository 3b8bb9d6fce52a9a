package cadj.cad.metrics;

import cadj.models.classifier.ResNetClassifier;
import cadj.tensor.Tensor;

/// What the classifier of an embedded model has of a picture before its last layer. No published
/// figure is of these: they compare edits of that model with each other.
public record ClassifierFeatures(ResNetClassifier classifier) implements Features {
  @Override
  public String name() {
    return "classifier";
  }

  @Override
  public Tensor of(Tensor pictures) {
    return classifier.features(pictures);
  }
}
