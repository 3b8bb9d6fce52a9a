package cadj.cad.method.esd;

import cadj.kernels.device.I64;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// What is drawn at random for one step of the training.
///
/// @param calls how many calls of the sampler are made before x_t is taken: 0 leaves the start
///   noise
/// @param startNoise standard normal [1,C,h,w]
/// @param stepNoise for samplers that add noise on their way
record EsdDraw(int calls, Tensor startNoise, Scheduler.Noise stepNoise) {
  /// The next one: `torch.randint(0, samplingSteps)`, then the noise. A sampler that makes a call
  /// more than steps, as PNDM does, never comes to its last time step so, and the one that it
  /// visits twice is drawn twice as often; that is the repository's way.
  static EsdDraw next(TorchGenerator generator, int samplingSteps, Shape latents) {
    I64 calls = I64.of(new long[1]);
    generator.randint(calls, 0, samplingSteps);
    return new EsdDraw(
        (int) calls.array()[0],
        TextToImage.noise(latents, generator),
        x -> TextToImage.noise(x.shape(), generator));
  }
}
