package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.ForwardingDenoiser;
import cadj.models.files.ModelFiles;
import cadj.models.scheduler.Scheduler.Kind;
import cadj.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Skip-layer guidance against its formula, with a denoiser that predicts x·text less a tenth for
/// each block that is left out.
class SkipLayersTest {
  private static final Conditioning TEXT = text(0.75f);
  private static final Conditioning NEGATIVE = text(0.25f);

  private static Conditioning text(float value) {
    return Conditioning.of(Tensor.of(new float[] {value}, 1, 1, 1));
  }

  private static final class Products extends ForwardingDenoiser {
    private final int missing;

    Products(Denoiser any, int missing) {
      super(any);
      this.missing = missing;
    }

    @Override
    public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
      float[] x = latents.toFloats();
      float[] texts = conditioning.text().toFloats();
      for (int i = 0; i < x.length; i++) {
        x[i] = x[i] * texts[i / (x.length / texts.length)] - 0.1f * missing;
      }
      return Tensor.of(x, latents.shape().toArray());
    }

    @Override
    public Denoiser withoutBlocks(Collection<Integer> blocks) {
      return new Products(this, blocks.stream().mapToInt(block -> block + 1).sum());
    }
  }

  private final Denoiser denoiser = new Products(ModelFiles.open("fashion").denoiser(), 0);

  private static TextToImage.Settings settings(double guidance) {
    // of ten steps, counted from 0, those above 1 and below 4
    return new TextToImage.Settings(
        10, guidance, Kind.FLOW_MATCH_EULER, 0, new SkipLayers(List.of(0, 2), 2, 0.1, 0.4));
  }

  @Test
  void stepsBetweenStartAndStop() {
    Guidance guidance = new Guidance(denoiser, TEXT, NEGATIVE, settings(3));
    float[] x = {1, -2};
    for (int step = 0; step < 10; step++) {
      boolean on = step == 2 || step == 3;
      float[] expected = new float[2];
      for (int i = 0; i < 2; i++) {
        double text = x[i] * 0.75;
        double guided = x[i] * 0.25 + 3 * (text - x[i] * 0.25);
        double without = text - 0.1 * (1 + 3);
        expected[i] = (float) (on ? guided + 2 * (text - without) : guided);
      }
      Tensor latents = Tensor.of(x.clone(), 1, 1, 1, 2);
      assertArrayEquals(
          expected, guidance.predict(latents, 500, step).toFloats(), 1e-6f, "step " + step);
    }
  }

  @Test
  void needsGuidance() {
    assertEquals(
        "skip layers: they are part of guidance, which needs a scale above 1, got 1.0",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Guidance(denoiser, TEXT, NEGATIVE, settings(1)))
            .getMessage());
  }

  @Test
  void aUNetHasNoSuchBlocks() {
    assertEquals(
        "skip layers: only the transformers of Stable Diffusion 3 have blocks that can be left out",
        assertThrows(
                IllegalArgumentException.class,
                () -> ModelFiles.open("fashion").denoiser().withoutBlocks(List.of(1)))
            .getMessage());
  }

  @Test
  void sharesAreChecked() {
    for (double[] shares : new double[][] {{0.2, 0.2}, {-0.1, 0.2}, {0, 1.1}, {Double.NaN, 0.5}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new SkipLayers(List.of(1), 1, shares[0], shares[1]));
    }
    assertThrows(IllegalArgumentException.class, () -> new SkipLayers(List.of(), 1, 0, 1));
  }
}
