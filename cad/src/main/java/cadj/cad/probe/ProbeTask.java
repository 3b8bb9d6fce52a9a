package cadj.cad.probe;

import static cadj.tensor.shape.Require.require;

import cadj.cad.judge.Judge;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Collections;

/// What is probed.
///
/// @param original the model before the edit
/// @param edited after it; the original itself says what the probe gives where nothing is erased
/// @param concept as the judge knows it
/// @param prompt that asks for it
/// @param pictures of the concept [N,3,H,W] in [−1, 1], of a size that the model can draw
/// @param sampling how pictures are drawn, by a sampler that can begin at any step
/// @param seed of every random draw
public record ProbeTask(
    TextToImage original,
    TextToImage edited,
    String concept,
    String prompt,
    Tensor pictures,
    Judge judge,
    TextToImage.Settings sampling,
    long seed) {
  public ProbeTask {
    pictures.shape().requireRank(4, "probe pictures");
    require(
        pictures.dim(0) > 0 && pictures.dim(1) == 3,
        "probe: expected pictures [N,3,H,W], got %s",
        pictures.shape());
    judge.kindOf(concept);
  }

  /// What random numbers are drawn for: each has a generator of its own, so that no picture is
  /// noised with the noise that it was drawn from.
  enum Stream {
    PICTURES(1),
    POSTERIOR(2),
    NOISE(3),
    STEP_NOISE(4),
    TRAJECTORIES(5);

    private final int number;

    Stream(int number) {
      this.number = number;
    }

    TorchGenerator generator(long seed) {
      return new TorchGenerator(seed(seed));
    }

    long seed(long seed) {
      return seed + number * 0x9E3779B97F4A7C15L;
    }
  }

  /// Standard normal noise of `shape`.
  Tensor noise(Stream stream, Shape shape) {
    return TextToImage.noise(shape, stream.generator(seed));
  }

  /// Pictures of the concept that the unedited model draws itself, for want of others.
  public static Tensor drawn(
      TextToImage original,
      String prompt,
      int count,
      TextToImage.Settings sampling,
      long seed,
      TextToImage.Progress progress) {
    TorchGenerator generator = Stream.PICTURES.generator(seed);
    Tensor noise = TextToImage.noise(original.latentShape(count), generator);
    Scheduler.Noise stepNoise = latents -> TextToImage.noise(latents.shape(), generator);
    return original.draw(
        Collections.nCopies(count, prompt), null, noise, sampling, stepNoise, progress);
  }
}
