package cadj.cad.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.clip.ClipFeatures;
import cadj.models.files.ModelFiles;
import cadj.models.preprocess.Unchanged;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The embedded model's CLIP against torchmetrics' score and Hessel's.
@GoldenTest
class ClipScoreGoldenTest {
  @Test
  void scores() {
    ClipScore score = new ClipScore(clip());
    try (SafetensorsFile golden = Golden.open("metrics/clip_score.safetensors")) {
      List<String> captions = captions(golden);
      Tensor pictures = pictures(golden.tensor("images_u8_hwc"));
      double[] pairs = score.of(pictures.slice(0, 0, captions.size()), captions);
      double[] expected = golden.tensor("pairs").toDoubles();
      assertArrayEquals(expected, pairs, 1e-3, "100·cos");
      double[] clipS = Arrays.stream(pairs).map(ClipScore::clipS).toArray();
      assertArrayEquals(golden.tensor("clip_s_2_5").toDoubles(), clipS, 2.5e-5, "CLIP-S");
      double mean = golden.tensor("mean_then_clamp").toDoubles()[0];
      assertEquals(mean, ClipScore.mean(pairs), 1e-3, "mean");
      Golden.count(pairs.length);

      // every picture with every caption
      double[] table = golden.tensor("score_image_by_text").toDoubles();
      for (int text = 0; text < captions.size(); text++) {
        List<String> same = Collections.nCopies(pictures.dim(0), captions.get(text));
        double[] column = score.of(pictures, same);
        for (int n = 0; n < column.length; n++) {
          assertEquals(table[n * captions.size() + text], column[n], 1e-3);
        }
      }
    }
  }

  /// The mean is clamped, not what it is of.
  @Test
  void negativeScores() {
    assertEquals(10, ClipScore.mean(-10, 30));
    assertEquals(0, ClipScore.mean(-10, 5));
    assertEquals(0, ClipScore.clipS(-10));
    assertEquals(0.75, ClipScore.clipS(30), 1e-15);
  }

  @Test
  void refusesAnotherNumberOfCaptions() {
    ClipScore score = new ClipScore(clip());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    score.of(Tensor.of(new float[2 * 3 * 32 * 32], 2, 3, 32, 32), List.of("a bag")))
            .getMessage();
    assertEquals("clip score: expected a caption for each of 2 pictures, got 1", message);
  }

  /// The features are those that the logits are linear in: fc.weight·features + fc.bias.
  @Test
  void classifierFeaturesGiveTheLogits() {
    ModelFiles files = ModelFiles.open("fashion");
    try (SafetensorsFile golden = Golden.open("metrics/clip_score.safetensors")) {
      Tensor pictures = pictures(golden.tensor("images_u8_hwc"));
      ClassifierFeatures features = new ClassifierFeatures(files.classifier());
      double[][] rows = features.rows(pictures);
      double[] logits = files.classifier().forward(pictures).toDoubles();
      Tensor weight = files.checkpoint("classifier").tensor("fc.weight");
      double[] w = weight.toDoubles();
      double[] bias = files.checkpoint("classifier").tensor("fc.bias").toDoubles();
      int width = weight.dim(1);
      assertEquals(pictures.dim(0), rows.length);
      double largest = 0;
      for (int n = 0; n < rows.length; n++) {
        assertEquals(width, rows[n].length);
        for (int k = 0; k < bias.length; k++) {
          double logit = bias[k];
          for (int i = 0; i < width; i++) {
            logit += w[k * width + i] * rows[n][i];
          }
          assertEquals(logits[n * bias.length + k], logit, 1e-4);
          largest = Math.max(largest, Math.abs(logit));
        }
      }
      assertTrue(largest > 1, "no logit is large");
    }
  }

  private static ClipFeatures clip() {
    ModelFiles files = ModelFiles.open("fashion");
    return new ClipFeatures(files.clip(), files.tokenizer("tokenizer"), new Unchanged(32));
  }

  private static List<String> captions(SafetensorsFile golden) {
    String json = "{\"prompts\": %s}".formatted(golden.metadata("prompts"));
    return JsonFile.parse(golden.path(), ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)))
        .list("prompts")
        .strings();
  }

  /// Bytes [N,H,W,3] → [N,3,H,W] in [−1, 1]
  private static Tensor pictures(Tensor bytes) {
    double[] all = bytes.permute(0, 3, 1, 2).contiguous().toDoubles();
    float[] values = new float[all.length];
    for (int i = 0; i < all.length; i++) {
      values[i] = (float) (all[i] / 127.5 - 1);
    }
    return Tensor.of(values, bytes.dim(0), 3, bytes.dim(1), bytes.dim(2));
  }
}
