package cadj.models.sd3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.LatentForm;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.golden.GoldenTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Inputs of other sizes than the model's are refused in a line.
@GoldenTest
final class SD3InputsTest {
  private static final SD3Transformer2DModel MODEL = RecordedTransformer.SD35.model();
  private static final float[] TIME = {500.5f};

  private static Tensor zeros(int... dims) {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    return Tensor.of(new float[n], dims);
  }

  private static Conditioning condition(int batch, int text, @Nullable Tensor pooled) {
    return new Conditioning(zeros(batch, 3, text), pooled, null);
  }

  private static void assertRefused(
      String expected, Tensor latents, float[] timesteps, Conditioning condition) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class, () -> MODEL.forward(latents, timesteps, condition));
    assertEquals("transformer: expected " + expected, error.getMessage());
  }

  @Test
  void latents() {
    Conditioning fine = condition(1, 64, zeros(1, 44));
    assertEquals(
        zeros(1, 16, 48, 2).shape(), MODEL.forward(zeros(1, 16, 48, 2), TIME, fine).shape());
    assertRefused("16 channels in latents (dim 1), got [1,4,8,8]", zeros(1, 4, 8, 8), TIME, fine);
    assertRefused(
        "1 to 24 patches of 2 in dim 2 of latents, got [1,16,7,8]", zeros(1, 16, 7, 8), TIME, fine);
    assertRefused(
        "1 to 24 patches of 2 in dim 3 of latents, got [1,16,8,50]",
        zeros(1, 16, 8, 50),
        TIME,
        fine);
    assertRefused(
        "1 to 24 patches of 2 in dim 3 of latents, got [1,16,8,0]", zeros(1, 16, 8, 0), TIME, fine);
    assertRefused(
        "1 time steps, one per sample of latents [1,16,8,8], got 2",
        zeros(1, 16, 8, 8),
        new float[2],
        fine);
  }

  @Test
  void conditioning() {
    Tensor x = zeros(1, 16, 8, 8);
    assertRefused(
        "encoder_hidden_states [1,S,64], got [1,3,63]", x, TIME, condition(1, 63, zeros(1, 44)));
    assertRefused(
        "encoder_hidden_states [1,S,64], got [2,3,64]", x, TIME, condition(2, 64, zeros(2, 44)));
    assertRefused("pooled_projections [1,44], got none", x, TIME, condition(1, 64, null));
    assertRefused("pooled_projections [1,44], got [1,43]", x, TIME, condition(1, 64, zeros(1, 43)));
    assertRefused(
        "no time ids, got [1,6]",
        x,
        TIME,
        new Conditioning(zeros(1, 3, 64), zeros(1, 44), zeros(1, 6)));
  }

  @Test
  void whatItSaysOfItself() {
    assertEquals(new LatentForm(16, 16, 16), MODEL.latentForm());
    assertEquals(PredictionType.FLOW, MODEL.predictionType());
  }
}
