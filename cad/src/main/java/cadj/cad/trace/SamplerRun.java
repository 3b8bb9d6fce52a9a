package cadj.cad.trace;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Cat.cat;

import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.FiniteValues;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.NoiseLevel;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// One run of the sampler for B samples, a call of the denoiser at a time: whoever takes it along
/// says what was predicted.
///
/// Each sample has a generator of its own, as each picture of `cadj generate` has: start noise,
/// then what an ancestral sampler adds. So all runs of a sample meet the same noise.
final class SamplerRun {
  private final Scheduler run;
  private final Scheduler.Noise noise;
  private Tensor latents;

  /// @param first number of the first sample
  SamplerRun(TextToImage pipeline, TraceSettings settings, int first, int count) {
    run = settings.sampling().scheduler().start(pipeline.schedule(), settings.sampling().steps());
    TorchGenerator[] generators = new TorchGenerator[count];
    for (int n = 0; n < count; n++) {
      generators[n] = new TorchGenerator(settings.seed() + first + n);
    }
    noise = like -> noise(like.shape(), generators);
    latents = scale(noise(pipeline.latentShape(count), generators), (float) run.initNoiseSigma());
  }

  private static Tensor noise(Shape shape, TorchGenerator... generators) {
    Tensor[] each = new Tensor[generators.length];
    for (int n = 0; n < each.length; n++) {
      each[n] = TextToImage.noise(shape.with(0, 1), generators[n]);
    }
    return cat(0, each);
  }

  /// How often the denoiser is called.
  int calls() {
    return run.timesteps().length;
  }

  double[] timesteps() {
    return run.timesteps();
  }

  NoiseLevel level(int call) {
    return run.level(call);
  }

  /// The denoiser's input at a call.
  Tensor input(int call) {
    return run.scaleModelInput(call, latents);
  }

  /// Goes on with the guided prediction for [#input].
  void step(int call, Tensor prediction) {
    latents = run.step(call, prediction, latents, noise);
    FiniteValues.require(latents, "the latents", "at step %d of %d".formatted(call + 1, calls()));
  }

  /// Where it is [B,C,h,w].
  Tensor latents() {
    return latents;
  }
}
