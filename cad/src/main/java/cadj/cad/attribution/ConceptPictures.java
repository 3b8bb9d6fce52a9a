package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.affine;
import static cadj.autograd.ops.Clamp.clamp;

import cadj.autograd.graph.Tape;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// Clean latents [M,C,h,w] of pictures that show a concept, for [AmplifyPoints].
public final class ConceptPictures {
  private ConceptPictures() {}

  /// Real pictures [M,3,H,W] in [−1, 1]: encoded, and scaled as the denoiser expects.
  public static Tensor real(TextToImage pipeline, Tensor pictures, long seed) {
    return Scope.keep(
        "encode pictures",
        () -> pipeline.encode(pictures, posteriorNoise(pipeline, pictures, seed)));
  }

  /// Pictures that the model draws itself, prompts taking turns.
  ///
  /// Corrected: drawn and encoded like real ones. Reference: PNDM, 50 steps, guidance 7.5, as the
  /// published code's default pipeline draws; the picture in [0, 1] is encoded, where the encoder
  /// expects [−1, 1], and the latents are not scaled.
  static Tensor generated(
      TextToImage pipeline,
      AttributionSettings settings,
      int count,
      TextToImage.Progress progress) {
    return Scope.keep(
        "draw the concept",
        () -> {
          List<String> turns = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            turns.add(settings.prompts().get(i % settings.prompts().size()));
          }
          long seed = settings.seed();
          TorchGenerator generator = new TorchGenerator(seed);
          Tensor start = TextToImage.noise(pipeline.latentShape(count), generator);
          TextToImage.Settings drawn =
              switch (settings.mode()) {
                case CORRECTED ->
                    new TextToImage.Settings(
                        settings.steps().scheduleSteps(),
                        settings.guidance(),
                        settings.steps().sampler());
                case REFERENCE -> new TextToImage.Settings(50, 7.5, Scheduler.Kind.PNDM);
              };
          Scheduler.Noise noise = latents -> TextToImage.noise(latents.shape(), generator);
          Tensor pictures = clamp(pipeline.draw(turns, null, start, drawn, noise, progress), -1, 1);
          return switch (settings.mode()) {
            case CORRECTED -> real(pipeline, pictures, seed);
            case REFERENCE -> {
              Tensor posterior = posteriorNoise(pipeline, pictures, seed);
              Tensor unit = affine(pictures, 0.5f, 0.5f);
              yield Tape.noGrad(() -> pipeline.vae().encode(unit).sample(posterior));
            }
          };
        });
  }

  private static Tensor posteriorNoise(TextToImage pipeline, Tensor pictures, long seed) {
    int factor = pipeline.vae().config().downsampleFactor();
    return TextToImage.noise(
        Shape.of(
            pictures.dim(0),
            pipeline.vae().config().latentChannels(),
            Math.ceilDiv(pictures.dim(2), factor),
            Math.ceilDiv(pictures.dim(3), factor)),
        new TorchGenerator(seed + 1));
  }
}
