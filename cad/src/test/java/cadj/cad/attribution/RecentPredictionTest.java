package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A denoiser that remembers its last prediction is the same denoiser, and computes once less.
class RecentPredictionTest {
  private static final double T = 501;

  private final Denoiser plain = Runs.PIPELINE.denoiser();
  private final CountingDenoiser counting = new CountingDenoiser(plain);
  private final RecentPrediction recent = new RecentPrediction(counting);
  private final Tensor x = TextToImage.noise(Runs.PIPELINE.latentShape(1), new TorchGenerator(1));
  private final Conditioning bag = Runs.PIPELINE.text().encode(List.of("bag"), 0, 0);
  private final Conditioning coat = Runs.PIPELINE.text().encode(List.of("coat"), 0, 0);

  private void assertPredicts(Tensor latents, Conditioning conditioning, int calls) {
    Tensor expected = plain.forward(latents, T, conditioning);
    Tensor found = recent.predict(latents, T, conditioning);
    assertEquals(expected.shape(), found.shape());
    assertArrayEquals(expected.toFloats(), found.toFloats());
    assertEquals(calls, counting.calls());
  }

  @Test
  void onlyTheLastForwardPassIsRemembered() {
    assertPredicts(x, bag, 1);
    assertPredicts(x, bag, 2); // a prediction for the walk itself is not
    recent.forward(x, T, bag);
    assertPredicts(x, bag, 3);
    assertPredicts(x, coat, 4);
    assertPredicts(x.copy(), bag, 5);
    assertPredicts(x, bag, 5);
    recent.forward(x, T, coat);
    assertPredicts(x, bag, 7);
    assertPredicts(x, coat, 7);
  }

  @Test
  void theRestIsTheDenoisersOwn() {
    assertSame(plain.parameters(), recent.parameters());
    assertEquals(plain.predictionType(), recent.predictionType());
    assertEquals(plain.latentForm(), recent.latentForm());
    assertEquals(
        plain.parameters(List.of(Sites.NORM)).keySet(),
        recent.parameters(List.of(Sites.NORM)).keySet());
  }
}
