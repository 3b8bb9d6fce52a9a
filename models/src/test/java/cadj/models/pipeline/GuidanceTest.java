package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rescaled guidance; guidance itself is compared with recorded trajectories.
final class GuidanceTest {
  private static final Tensor GUIDED =
      Tensor.of(new float[] {1, 2, 3, 4, 10, 20, 60, 30}, 2, 1, 2, 2);

  /// Standard deviations √(20/3), twice the guided one's, and √(4/3) to √(1400/3).
  private static final Tensor TEXT = Tensor.of(new float[] {0, 2, 4, 6, 1, -1, 1, -1}, 2, 1, 2, 2);

  @Test
  void eachSampleIsScaledTowardsItsText() {
    double first = 0.7 * 2 + 0.3;
    double second = 0.7 * Math.sqrt(4 / 1400.0) + 0.3;
    float[] expected = GUIDED.toFloats();
    for (int i = 0; i < expected.length; i++) {
      expected[i] *= (float) (i < 4 ? first : second);
    }
    assertArrayEquals(expected, Guidance.rescaled(GUIDED, TEXT, 0.7).toFloats(), 1e-5f);
  }

  @Test
  void sharesBeyondAllAreRefused() {
    TextToImage model = TextToImage.load(ModelFiles.open("fashion"));
    Conditioning text = model.text().encode(List.of("a"), 32, 32);
    for (double rescale : new double[] {-0.1, 1.1, Double.NaN}) {
      assertEquals(
          "guidance rescale: expected 0 to 1, got " + rescale,
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new Guidance(
                          model.denoiser(),
                          text,
                          text,
                          new TextToImage.Settings(1, 3, Scheduler.Kind.DDIM, rescale)))
              .getMessage());
    }
  }
}
