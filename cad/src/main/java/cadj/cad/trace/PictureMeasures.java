package cadj.cad.trace;

import cadj.cad.judge.Judge;
import cadj.cad.metrics.ClipScore;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What pictures are measured with, as far as there is some.
///
/// @param judge who knows the concept
/// @param clip of pictures and the prompt
public record PictureMeasures(@Nullable Judge judge, @Nullable ClipScore clip) {
  /// Each measure of each of the pictures [B,3,H,W] in [−1, 1], not clamped.
  Map<Measure, double[]> of(Tensor pictures, TraceSettings settings) {
    Map<Measure, double[]> out = new EnumMap<>(Measure.class);
    Scope.run(
        "measures",
        () -> {
          if (judge != null) {
            out.put(Measure.PROBABILITY, judge.probability(pictures, settings.concept()));
            out.put(Measure.SEEN, numbers(judge.sees(pictures, settings.concept())));
          }
          if (clip != null) {
            out.put(
                Measure.CLIP,
                clip.of(pictures, Collections.nCopies(pictures.dim(0), settings.prompt())));
          }
        });
    return out;
  }

  private static double[] numbers(boolean... seen) {
    double[] out = new double[seen.length];
    for (int n = 0; n < seen.length; n++) {
      out[n] = seen[n] ? 1 : 0;
    }
    return out;
  }
}
