package cadj.cad.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import cadj.autograd.graph.Tape;
import cadj.cad.method.training.Fashion;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostTest {
  private final Cost cost = new Cost();
  private final Denoiser counted = cost.counted(Fashion.PIPELINE.denoiser());

  private static void forward(Denoiser denoiser) {
    Tensor x = TextToImage.noise(Fashion.PIPELINE.latentShape(2), new TorchGenerator(1));
    Conditioning c = Fashion.PIPELINE.text().encode(List.of("bag", ""), 32, 32);
    denoiser.forward(x, 1, c);
  }

  /// Two samples; three times as much under a tape.
  @Test
  void addsSamples() {
    forward(counted);
    assertEquals(2, cost.passes());
    Tape.record(
        counted.parameters().values(),
        tape -> {
          forward(counted);
          return null;
        });
    assertEquals(2 + 6, cost.passes());
    forward(counted.with(counted.parameters()));
    cost.add(5);
    assertEquals(2 + 6 + 2 + 5, cost.passes());
  }

  @Test
  void countsOnce() {
    assertSame(counted, cost.counted(counted));
    assertNotSame(counted, new Cost().counted(counted));
  }
}
