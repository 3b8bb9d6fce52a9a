package cadj.cad.gpucheck;

import cadj.autograd.graph.Tape;
import cadj.autograd.ops.MseLoss;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.models.denoiser.CapturedDenoiser;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.PublishedUNet;
import cadj.models.original.Family;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.SplittableRandom;

/// Passes through the UNet of a published model with random weights, on the current device.
final class PublishedPasses {
  private static final int XL_POOLED = 1280;
  private static final float TIMESTEP = 501;

  private final Denoiser denoiser;
  private final Tensor latents;
  private final Conditioning text;

  /// @param values makes the weights and inputs
  private PublishedPasses(Family family, int batch, Source values) {
    PublishedUNet unet =
        PublishedUNet.of(
            family,
            (key, shape) ->
                shape.rank() > 1
                    ? values.tensor(shape, shape.elements() / shape.dim(0))
                    : Tensor.full(DType.F32, shape, key.endsWith(".bias") ? 0 : 1));
    denoiser = unet.denoiser();
    latents = values.tensor(denoiser.latentForm().shape(batch), 1);
    text =
        unet.conditioning(
            batch, family == Family.SDXL ? XL_POOLED : 0, shape -> values.tensor(shape, 1));
  }

  /// Makes a tensor whose values have deviation 1/√summands.
  private interface Source {
    Tensor tensor(Shape shape, int summands);
  }

  /// With random values: scales of norms 1, biases 0.
  static PublishedPasses random(Family family, int batch) {
    SplittableRandom random = new SplittableRandom(7);
    return new PublishedPasses(family, batch, (shape, summands) -> values(random, shape, summands));
  }

  /// Without values, for a device that computes nothing.
  static PublishedPasses hollow(Family family, int batch) {
    return new PublishedPasses(family, batch, (shape, summands) -> Tensor.empty(DType.F32, shape));
  }

  /// Uniform, of deviation 1/√summands.
  private static Tensor values(SplittableRandom random, Shape shape, int summands) {
    float most = (float) Math.sqrt(3.0 / summands);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = most * random.nextInt() * 0x1p-31f;
    }
    return Tensor.of(shape, F32.of(values)).onCurrentDevice();
  }

  /// The denoiser, whose passes are recorded.
  CapturedDenoiser captured() {
    return new CapturedDenoiser(denoiser);
  }

  /// Without gradients.
  void forward() {
    forward(denoiser);
  }

  /// The same, of `other` in the denoiser's place.
  void forward(Denoiser other) {
    Scope.run("forward", () -> Tape.noGrad(() -> other.forward(latents, TIMESTEP, text)));
  }

  /// Forward, and the gradient of a mean squared error by every parameter.
  void scored() {
    Scope.run(
        "scored step",
        () ->
            Tape.record(
                List.copyOf(denoiser.parameters().values()),
                tape -> {
                  tape.backward(
                      MseLoss.mseLoss(denoiser.forward(latents, TIMESTEP, text), latents),
                      (weight, gradient) -> {});
                  return true;
                }));
  }
}
