package cadj.cad.demo;

import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.ObjectiveKind;
import cadj.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A made-up study: two ratios, two seeds each.
final class Studies {
  private Studies() {}

  static Study of(String concept, ObjectiveKind objective) {
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    scores.put("<i>w", Tensor.of(new float[] {1}, 1));
    AttributionResult attribution =
        new AttributionResult(
            scores,
            new LinkedHashMap<>(),
            new double[] {901},
            new double[][] {{1}},
            new double[][] {{0}},
            new double[] {1},
            Map.of());
    return new Study(
        new Concept(concept, Concept.Kind.OBJECT, 0),
        objective,
        attribution,
        List.of(
            new Measurement(1, 0.05, 500, 1, 0.25, 0.96, 0.9, 0.99, 0.8),
            new Measurement(2, 0.05, 510, 1, 0.75, 0.96, 0.7, 0.99, 0.8),
            new Measurement(1, 0.01, 100, 1, 1, 0.96, 0.95, 0.99, 0.97),
            new Measurement(2, 0.01, 110, 1, 1, 0.96, 0.95, 0.99, 0.99)),
        0.05,
        new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB),
        objective == ObjectiveKind.ERASE
            ? new ChosenEdit(
                "text-<doses>",
                new Measurement(1, 1, 4242, 1, 0.04, 0.96, 0.94, 0.99, 0.98),
                new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB))
            : null);
  }
}
