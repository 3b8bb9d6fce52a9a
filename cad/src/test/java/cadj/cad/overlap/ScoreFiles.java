package cadj.cad.overlap;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.AttributionScores;
import cadj.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// Attributions with made-up scores.
final class ScoreFiles {
  private ScoreFiles() {}

  /// Of two parameters, `z` before `a`, the second with many equal scores and zeros of both signs.
  static SequencedMap<String, Tensor> random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] z = new float[40 * 60];
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) random.nextGaussian();
    }
    float[] a = new float[1500];
    for (int i = 0; i < a.length; i++) {
      a[i] = 0.5f * random.nextInt(-6, 7) * (random.nextBoolean() ? 1 : -0f);
    }
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put("z", Tensor.of(z, 40, 60));
    out.put("a", Tensor.of(a, 1500));
    return out;
  }

  static Map<String, String> metadata(String concept) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("model", "m of " + concept);
    out.put("model_sha256", "abc");
    out.put("sites", "ff");
    out.put("objective", "erase");
    out.put("mode", "corrected");
    out.put("estimator", "first-order");
    out.put("concept", concept);
    out.put("seed", "0");
    return out;
  }

  static Path write(Path file, SequencedMap<String, Tensor> scores, Map<String, String> metadata) {
    int rows = scores.size();
    AttributionFile.write(
        file,
        new AttributionResult(
            scores,
            Map.of("grad", scores),
            new double[] {501},
            new double[rows][1],
            new double[rows][1],
            new double[1],
            metadata));
    return file;
  }

  static AttributionScores open(
      Path file, SequencedMap<String, Tensor> scores, Map<String, String> metadata) {
    return AttributionScores.open(write(file, scores, metadata));
  }
}
