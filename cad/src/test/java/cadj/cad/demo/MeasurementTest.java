package cadj.cad.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.evaluate.Verdicts;
import cadj.models.classifier.ResNetClassifier;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Shares of right verdicts: of the concept's pictures, of the others, and of all in the other
/// respect.
class MeasurementTest {
  private static final ModelFiles FILES = ModelFiles.open("fashion");
  private static final ResNetClassifier CLASSIFIER = FILES.classifier();

  /// Objects 0 and 1 in styles 0 and 1, a picture each.
  private static final List<Caption> CAPTIONS =
      List.of(
          new Caption("a", 0, 0),
          new Caption("b", 0, 1),
          new Caption("c", 1, 0),
          new Caption("d", 1, 1));

  private static Verdicts seen(List<Integer> objects, List<Integer> styles) {
    SequencedMap<String, List<String>> words = new LinkedHashMap<>();
    words.put("object", CLASSIFIER.objects());
    words.put("style", CLASSIFIER.styles());
    return Verdicts.of(
        new Told(
            List.of(CLASSIFIER.objects(), CLASSIFIER.styles()),
            new int[][] {ints(objects), ints(styles)}),
        words,
        CAPTIONS.stream().map(caption -> caption.prompt(CLASSIFIER)).toList(),
        Tensor.of(new float[4], 4, 1, 1, 1));
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Object 0 is missed once, style 1 once.
  private static final Verdicts SAMPLE = seen(List.of(0, 7, 1, 1), List.of(0, 1, 0, 3));

  private static final Verdicts ALL_RIGHT = seen(List.of(0, 0, 1, 1), List.of(0, 1, 0, 1));

  @Test
  void ofAnObject() {
    Concept zero = Concept.object(CLASSIFIER, CLASSIFIER.objects().get(0));
    assertEquals(
        new Measurement(3, 0.1, 9, 1, 0.5, 1, 1, 1, 0.75),
        Measurement.of(zero, 3, 0.1, 9, ALL_RIGHT, SAMPLE));
    Concept one = Concept.object(CLASSIFIER, CLASSIFIER.objects().get(1));
    assertEquals(
        new Measurement(3, 0.1, 9, 1, 1, 0.5, 1, 0.75, 1),
        Measurement.of(one, 3, 0.1, 9, SAMPLE, ALL_RIGHT));
  }

  @Test
  void ofAStyle() {
    Concept one = Concept.style(CLASSIFIER, CLASSIFIER.styles().get(1));
    assertEquals(
        new Measurement(3, 0.1, 9, 1, 0.5, 1, 1, 1, 0.75),
        Measurement.of(one, 3, 0.1, 9, ALL_RIGHT, SAMPLE));
  }

  @Test
  void mistakesAreFramedPictureByPicture() {
    assertTrue(SAMPLE.isRight(0, "object") && SAMPLE.isRight(1, "style"));
    assertTrue(!SAMPLE.isRight(1, "object") && !SAMPLE.isRight(3, "style"));
  }

  @Test
  void theClassifiersLargestLogitOfEachKindIsTheVerdict() {
    Tensor pictures = Tensor.of(new float[2 * 3 * 32 * 32], 2, 3, 32, 32);
    List<Caption> captions = Caption.all(CLASSIFIER).subList(0, 2);
    Verdicts verdicts =
        new Studio(TextToImage.load(FILES), CLASSIFIER, 0).judge(captions, pictures);
    double[] logits = CLASSIFIER.forward(pictures).toDoubles();
    int object = CLASSIFIER.objects().indexOf(verdicts.seen().get("object").get(1).getFirst());
    int style = CLASSIFIER.styles().indexOf(verdicts.seen().get("style").get(1).getFirst());
    for (int i = 0; i < 10; i++) {
      assertTrue(logits[14 + object] >= logits[14 + i]);
    }
    for (int i = 0; i < 4; i++) {
      assertTrue(logits[24 + style] >= logits[24 + i]);
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
