package cadj.cad.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.classifier.ResNetClassifier;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Shares of right verdicts: of the concept's pictures, of the others, and of all.
class VerdictsTest {
  private static final ResNetClassifier CLASSIFIER = ModelFiles.open("fashion").classifier();

  /// Objects 0 and 1 in styles 0 and 1; object 0 is missed once, style 1 once.
  private static final Verdicts SAMPLE =
      new Verdicts(
          List.of(
              new Caption("a", 0, 0),
              new Caption("b", 0, 1),
              new Caption("c", 1, 0),
              new Caption("d", 1, 1)),
          new int[] {0, 7, 1, 1},
          new int[] {0, 1, 0, 3});

  @Test
  void sharesOfAnObject() {
    Concept zero = new Concept("zero", Concept.Kind.OBJECT, 0);
    assertEquals(0.5, SAMPLE.target(zero));
    assertEquals(1, SAMPLE.others(zero));
    Concept one = new Concept("one", Concept.Kind.OBJECT, 1);
    assertEquals(1, SAMPLE.target(one));
    assertEquals(0.5, SAMPLE.others(one));
  }

  @Test
  void sharesOfAStyle() {
    Concept one = new Concept("one", Concept.Kind.STYLE, 1);
    assertEquals(0.5, SAMPLE.target(one));
    assertEquals(1, SAMPLE.others(one));
  }

  @Test
  void shareOfAll() {
    assertEquals(0.75, SAMPLE.all(Concept.Kind.OBJECT));
    assertEquals(0.75, SAMPLE.all(Concept.Kind.STYLE));
    assertTrue(SAMPLE.isRight(1, Concept.Kind.STYLE));
    assertFalse(SAMPLE.isRight(1, Concept.Kind.OBJECT));
  }

  @Test
  void theLargestLogitOfEachKindIsTheVerdict() {
    Tensor pictures = Tensor.of(new float[2 * 3 * 32 * 32], 2, 3, 32, 32);
    List<Caption> captions = Caption.all(CLASSIFIER).subList(0, 2);
    Verdicts verdicts = Verdicts.of(CLASSIFIER, captions, pictures);
    double[] logits = CLASSIFIER.forward(pictures).toDoubles();
    for (int object = 0; object < 10; object++) {
      assertTrue(logits[14 + verdicts.objects()[1]] >= logits[14 + object]);
    }
    for (int style = 0; style < 4; style++) {
      assertTrue(logits[24 + verdicts.styles()[1]] >= logits[24 + style]);
    }
  }

  @Test
  void captionsAreWordedAsInTrainingAndConceptsAreKnown() {
    List<String> all = Caption.all(CLASSIFIER).stream().map(Caption::text).toList();
    assertEquals(40, all.size());
    assertTrue(all.contains("an ink drawing of a bag") && all.contains("a photo of a t-shirt"));
    assertEquals(8, Concept.object(CLASSIFIER, "bag").index());
    assertThrows(IllegalArgumentException.class, () -> Concept.style(CLASSIFIER, "bag"));
  }
}
