package cadj.cad.demo;

import cadj.cad.judge.FashionJudge;
import cadj.models.classifier.ResNetClassifier;
import cadj.tensor.Tensor;
import java.util.List;

/// What the classifier sees in pictures of known captions.
///
/// @param objects the object seen in each picture
/// @param styles the style seen in each picture
record Verdicts(List<Caption> captions, int[] objects, int[] styles) {
  /// Judges pictures [N,3,H,W], one per caption.
  static Verdicts of(ResNetClassifier classifier, List<Caption> captions, Tensor pictures) {
    int[][] seen = new FashionJudge(classifier).sees(pictures);
    return new Verdicts(captions, seen[0], seen[1]);
  }

  /// Whether picture `n` shows what its caption says, in the respect that `concept` is of.
  boolean isRight(int n, Concept.Kind kind) {
    return switch (kind) {
      case OBJECT -> objects[n] == captions.get(n).object();
      case STYLE -> styles[n] == captions.get(n).style();
    };
  }

  /// Share of the concept's pictures in which it is seen.
  double target(Concept concept) {
    return share(concept, true, concept.kind());
  }

  /// Share of the other pictures in which what they should show, of the concept's kind, is seen.
  double others(Concept concept) {
    return share(concept, false, concept.kind());
  }

  private double share(Concept concept, boolean wanted, Concept.Kind kind) {
    int all = 0;
    int right = 0;
    for (int n = 0; n < captions.size(); n++) {
      if (concept.isIn(captions.get(n)) == wanted) {
        all++;
        right += isRight(n, kind) ? 1 : 0;
      }
    }
    return (double) right / all;
  }

  /// Share of all pictures that are right.
  double all(Concept.Kind kind) {
    int right = 0;
    for (int n = 0; n < captions.size(); n++) {
      right += isRight(n, kind) ? 1 : 0;
    }
    return (double) right / captions.size();
  }
}
