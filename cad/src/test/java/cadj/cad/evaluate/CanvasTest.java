package cadj.cad.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pictures of a list whose rows have seeds and guidance of their own, against each drawn alone.
class CanvasTest {
  private static final TextToImage PIPELINE = TextToImage.load(ModelFiles.open("fashion"));
  private static final double GUIDANCE = 2;

  private static Tensor alone(String prompt, long seed, double guidance) {
    return PIPELINE.draw(
        List.of(prompt),
        null,
        TextToImage.noise(PIPELINE.latentShape(1), new TorchGenerator(seed)),
        new TextToImage.Settings(2, guidance, Scheduler.Kind.DDIM),
        Scheduler.Noise.NONE,
        TextToImage.Progress.NONE);
  }

  @Test
  void aRowsSeedCountsOnAndItsGuidanceHolds() {
    PromptGroup group =
        new PromptGroup(
            "list",
            List.of(
                new ProtocolPrompt("a bag", new LinkedHashMap<>(), 5L, null),
                new ProtocolPrompt("a coat", new LinkedHashMap<>(), 9L, 6.0),
                new ProtocolPrompt("a shirt", new LinkedHashMap<>(), 5L, null)),
            0,
            2,
            List.of(MeasureKind.SEEN));
    List<Integer> steps = new ArrayList<>();
    Tensor drawn =
        new Canvas(group, "sneaker", 3)
            .draw(
                PIPELINE,
                new TextToImage.Settings(2, GUIDANCE, Scheduler.Kind.DDIM),
                (done, total) -> steps.add(done));
    assertEquals(6, drawn.dim(0));
    assertEquals(6, steps.getLast());
    List<Tensor> expected =
        List.of(
            alone("a bag", 5, GUIDANCE),
            alone("a bag", 6, GUIDANCE),
            alone("a coat", 9, 6),
            alone("a coat", 10, 6),
            alone("a shirt", 5, GUIDANCE),
            alone("a shirt", 6, GUIDANCE));
    for (int n = 0; n < 6; n++) {
      assertArrayEquals(
          expected.get(n).toFloats(), drawn.slice(0, n, n + 1).toFloats(), 1e-3f, "picture " + n);
    }
  }
}
