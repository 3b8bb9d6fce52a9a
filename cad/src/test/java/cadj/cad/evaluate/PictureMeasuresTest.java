package cadj.cad.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.metrics.ClassifierFeatures;
import cadj.cad.metrics.ClipScore;
import cadj.cad.metrics.Kid;
import cadj.cad.statistics.Sample;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.files.NetworkFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Measures of a group in which prompts ask for the concept, and others do not, against the same of
/// pictures picked by hand.
class PictureMeasuresTest {
  private static final ModelFiles FILES = ModelFiles.open("fashion");
  private static final ClipScore CLIP =
      new ClipScore(NetworkFiles.clip(FILES.path().resolve("clip")));
  private static final ClassifierFeatures FEATURES = new ClassifierFeatures(FILES.classifier());
  private static final Instruments INSTRUMENTS =
      new Instruments(null, CLIP, FEATURES, null, null, new LinkedHashMap<>());

  private final Tensor after = pictures(1);
  private final Tensor before = pictures(2);

  /// Pictures 0 and 4 to 5 of others, 1 to 3 of the concept.
  private final Canvas canvas =
      new Canvas(
          new PromptGroup(
              "captions",
              List.of(
                  prompt("a coat", "coat"),
                  prompt("a bag", "bag"),
                  prompt("a shirt", "shirt"),
                  prompt("a dress", "dress")),
              3,
              1,
              List.of(MeasureKind.CLIP_SCORE, MeasureKind.KID, MeasureKind.FID)),
          "bag",
          5);

  private static final List<Integer> ASKING = List.of(1, 2, 3);
  private static final List<Integer> OTHERS = List.of(0, 4, 5);
  private static final List<String> TEXTS =
      List.of("a coat", "a bag", "a bag", "a bag", "a shirt", "a dress");

  private static ProtocolPrompt prompt(String text, String object) {
    SequencedMap<String, String> shows = new LinkedHashMap<>(Map.of("object", object));
    return new ProtocolPrompt(text, shows);
  }

  private static Tensor pictures(long seed) {
    return TextToImage.noise(Shape.of(6, 3, 32, 32), new TorchGenerator(seed));
  }

  private Map<String, Object> measured(boolean edited) {
    Map<String, Object> figures = new LinkedHashMap<>();
    new PictureMeasures(INSTRUMENTS, canvas, after, edited ? before : null).addTo(figures);
    return figures;
  }

  private static double clip(Tensor pictures, List<Integer> numbers) {
    return Sample.mean(
        numbers.stream()
            .mapToDouble(n -> CLIP.of(pictures.slice(0, n, n + 1), List.of(TEXTS.get(n)))[0])
            .toArray());
  }

  private static double[][] features(Tensor pictures) {
    return OTHERS.stream()
        .map(n -> FEATURES.rows(pictures.slice(0, n, n + 1))[0])
        .toArray(double[][]::new);
  }

  @Test
  void theConceptsPicturesAndTheOthersAreMeasuredApart() {
    Map<String, Object> figures = measured(true);
    assertFigure(clip(after, ASKING), clip(before, ASKING), figures.get("clip_score_target"));
    assertFigure(clip(after, OTHERS), clip(before, OTHERS), figures.get("clip_score"));
    assertEquals(
        Kid.unbiased(features(before), features(after)),
        (double) ((Map<?, ?>) figures.get("kid")).get("value"),
        1e-4);
    assertEquals(3, ((Map<?, ?>) figures.get("fid")).get("pictures"));
  }

  private static void assertFigure(double value, double was, Object figure) {
    Map<?, ?> found = (Map<?, ?>) figure;
    assertEquals(value, (double) found.get("value"), 1e-3);
    assertEquals(was, (double) found.get("before"), 1e-3);
    assertEquals(3, found.get("pictures"));
    assertTrue((double) found.get("low") <= value && value <= (double) found.get("high"));
  }

  @Test
  void theModelAsItIsHasNoDistanceToItself() {
    Map<String, Object> figures = measured(false);
    assertFalse(figures.containsKey("fid") || figures.containsKey("kid"));
    assertFalse(((Map<?, ?>) figures.get("clip_score")).containsKey("before"));
  }

  @Test
  void picturesAreCutFromASheetAsTheyWere() {
    Canvas whole = new Canvas(canvas.group(), "", 5);
    assertEquals(12, whole.pictures());
    Tensor all = TextToImage.noise(Shape.of(12, 3, 4, 6), new TorchGenerator(3));
    Tensor cut = PictureSheet.cut(PictureSheet.of(whole, all), canvas, 4, 6);
    int[] expected = {0, 3, 4, 5, 6, 9}; // three of each prompt in the sheet
    IntStream.range(0, 6)
        .forEach(
            n -> {
              float[] one = all.slice(0, expected[n], expected[n] + 1).toFloats();
              float[] found = cut.slice(0, n, n + 1).toFloats();
              for (int i = 0; i < one.length; i++) {
                assertEquals(Math.clamp(one[i], -1, 1), found[i], 1.01 / 255, "picture " + n);
              }
            });
  }
}
