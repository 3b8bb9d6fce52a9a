package cadj.cad.method.training;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.attribution.Point;
import cadj.cad.method.EditMethod.Progress;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Two pictures for each of two prompts at two noise levels, against the pipeline's own drawing and
/// the noise drawn by hand.
class DrawnPicturesTest {
  private static final TextToImage PIPELINE = Fashion.PIPELINE;
  private static final List<String> PROMPTS = List.of("bag", "a photo of a coat");
  private static final PictureSettings SETTINGS = new PictureSettings(2, 4, 3, 2);

  private final DrawnPictures drawn =
      DrawnPictures.draw(PIPELINE, PROMPTS, SETTINGS, 5, "pictures", Progress.NONE);

  @Test
  void latentsAreThePipelines() {
    TorchGenerator generator = new TorchGenerator(5);
    for (int p = 0; p < 2; p++) {
      Tensor start = TextToImage.noise(PIPELINE.latentShape(2), generator);
      Tensor pictures =
          PIPELINE.draw(
              List.of(PROMPTS.get(p), PROMPTS.get(p)),
              null,
              start,
              new TextToImage.Settings(4, 3, Scheduler.Kind.DDIM),
              Scheduler.Noise.NONE,
              TextToImage.Progress.NONE);
      Golden.assertClose(PROMPTS.get(p), pictures, PIPELINE.decode(drawn.latents().get(p)), 1e-5);
    }
  }

  /// DDIM's 50 steps end at 1 and are 20 apart; the middles of both halves are the 13th and 38th.
  @Test
  void everyPictureIsNoisedAtEveryLevel() {
    NoisedPictures noised = drawn.noised(9);
    List<Point> points = noised.all();
    assertEquals(8, points.size());
    assertEquals(8, noised.divisor());
    assertArrayEquals(new double[] {741, 241}, noised.timesteps());
    for (int p = 0; p < 2; p++) {
      TorchGenerator generator = new TorchGenerator(9 + p);
      for (int level = 0; level < 2; level++) {
        for (int picture = 0; picture < 2; picture++) {
          Point point = points.get(4 * p + 2 * level + picture);
          Tensor noise = TextToImage.noise(PIPELINE.latentShape(1), generator);
          assertEquals(p, point.trajectory());
          assertEquals(level, point.step());
          assertEquals(noised.timesteps()[level], point.timestep());
          Golden.assertExact("target", noise, point.target());
          Tensor x0 = drawn.latents().get(p).slice(0, picture, picture + 1);
          Tensor expected =
              add(
                  scale(x0, (float) point.level().signal()),
                  scale(noise, (float) point.level().noise()));
          Golden.assertClose("x_t", expected, point.latents(), 1e-6);
          assertArrayEquals(
              PIPELINE.text().encode(List.of(PROMPTS.get(p)), 32, 32).text().toFloats(),
              point.concept().text().toFloats(),
              1e-6f);
        }
      }
    }
  }

  /// A walk can begin anywhere.
  @Test
  void laterPointsAreTheSame() {
    NoisedPictures noised = drawn.noised(9);
    Golden.assertExact(
        "x_t", noised.all().get(6).latents(), noised.trajectory(1, 2).get().latents());
  }
}
