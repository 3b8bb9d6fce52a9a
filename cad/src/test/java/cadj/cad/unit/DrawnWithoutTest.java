package cadj.cad.unit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Units;
import cadj.cad.judge.FashionJudge;
import cadj.cad.picture.Pictures;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Pictures without a unit are those of a model whose weights were zeroed one by one.
class DrawnWithoutTest {
  private static final TextToImage.Settings SAMPLING =
      new TextToImage.Settings(2, 4, Scheduler.Kind.DDIM);

  @Test
  void theUnitsWeightsAreZeroAndNothingElse() {
    ModelFiles files = ModelFiles.open("fashion");
    TextToImage pipeline = TextToImage.load(files);
    SequencedMap<String, Tensor> scores = pipeline.denoiser().parameters(List.of(Sites.FF));
    Units ff = Units.neurons(scores).getLast();
    UnitScore neuron = UnitScore.of(List.of(ff), scores).get(17);
    FashionJudge judge = new FashionJudge(files.classifier());
    List<Integer> steps = new ArrayList<>();
    DrawnWithout drawn =
        DrawnWithout.of(
            pipeline,
            new DrawnWithout.Settings(List.of("a bag", "a coat"), 3, 5, SAMPLING, judge),
            scores,
            List.of(neuron),
            (done, total) -> {
              assertEquals(4, total);
              steps.add(done);
            });
    assertEquals(List.of("a bag", "a coat", "a bag"), drawn.prompts());
    assertEquals(List.of(1, 2, 3, 4), steps);

    Tensor before = draw(pipeline);
    SequencedMap<String, Tensor> without = new LinkedHashMap<>(pipeline.parameters());
    String proj = ff.module() + ".net.0.proj.weight";
    String out = ff.module() + ".net.2.weight";
    float[] rows = without.get(proj).toFloats();
    float[] columns = without.get(out).toFloats();
    int dim = without.get(proj).dim(1);
    int hidden = without.get(out).dim(1);
    for (int i = 0; i < dim; i++) {
      rows[17 * dim + i] = 0;
      rows[(17 + hidden) * dim + i] = 0;
      columns[i * hidden + 17] = 0;
    }
    without.put(proj, Tensor.of(rows, 2 * hidden, dim));
    without.put(out, Tensor.of(columns, dim, hidden));
    Tensor after = draw(pipeline.with(without));
    String[][] seen = new String[2][3];
    for (int n = 0; n < 3; n++) {
      assertSame(Pictures.toImage(before, n), drawn.before().get(n).image());
      assertSame(Pictures.toImage(after, n), drawn.units().getFirst().after().get(n).image());
      double difference = 0;
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < 32 * 32; p++) {
          difference += Math.abs(level(before, n, c, p) - level(after, n, c, p));
        }
      }
      assertEquals(
          difference / (3 * 32 * 32), drawn.units().getFirst().changes().get(n).mean(), 1e-9);
      seen[0][n] = judge.kinds().get(0).get(judge.sees(before)[0][n]);
      seen[1][n] = judge.kinds().get(1).get(judge.sees(before)[1][n]);
      assertEquals(List.of(seen[0][n], seen[1][n]), drawn.before().get(n).seen());
    }
    assertTrue(drawn.units().getFirst().changes().getFirst().most() > 0);
    Map<String, Object> json = DrawnText.json(drawn);
    assertEquals(List.of("a bag", "a coat", "a bag"), json.get("prompts"));
    assertEquals(2, DrawnText.lines(drawn).size());
    String page = DrillDown.html(scores, parameter -> 0, hidden, drawn);
    assertEquals(1, page.split("#17, tried", -1).length - 1);
    assertEquals(6, page.split("data:image/png", -1).length - 1);
  }

  private static Tensor draw(TextToImage pipeline) {
    return pipeline.draw(
        List.of("a bag", "a coat", "a bag"),
        null,
        TextToImage.noise(pipeline.latentShape(3), new TorchGenerator(5)),
        SAMPLING,
        Scheduler.Noise.NONE,
        TextToImage.Progress.NONE);
  }

  private static int level(Tensor pictures, int n, int c, int pixel) {
    double x = pictures.get(n, c, pixel / 32, pixel % 32);
    return (int) Math.rint(255 * Math.clamp((float) x / 2 + 0.5f, 0f, 1f));
  }

  private static void assertSame(BufferedImage expected, BufferedImage found) {
    assertEquals(0, PixelChange.of(expected, found).most());
  }

  @Test
  void changesAreMeansOverPixelsAndChannels() {
    BufferedImage a = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    BufferedImage b = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    a.setRGB(0, 0, 0x0A1400);
    b.setRGB(0, 0, 0x0A0000); // 20 in green
    b.setRGB(1, 0, 0xFF0001); // 255 in red, 1 in blue
    assertEquals(new PixelChange(276 / 6.0, 255), PixelChange.of(a, b));
    assertThrows(
        IllegalArgumentException.class,
        () -> PixelChange.of(a, new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)));
  }
}
