package cadj.cad.graph;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.LatentForm;
import cadj.models.files.ModelFiles;
import cadj.models.files.Pipeline;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.Set;

/// Runs of a model's parts.
///
/// @param prompt what the denoiser is conditioned on
/// @param timestep t
/// @param seed of the latents, standard normal
/// @param side of the latents, or 0 for the size that the model was trained on
public record PartRuns(String prompt, double timestep, long seed, int side) {
  /// Parts that can be run.
  public static final Set<String> RUNNABLE =
      Set.of("unet", "transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3");

  /// The part's parameters: under the keys of the classes that run it, if it is one that can be
  /// run.
  static Checkpoint weights(ModelFiles files, String part) {
    return RUNNABLE.contains(part) ? files.parameters(part) : files.checkpoint(part);
  }

  /// Latents [1,C,h,w].
  Shape latents(ModelFiles files) {
    LatentForm form = files.latentForm();
    return side == 0 ? form.shape(1) : Shape.of(1, form.channels(), side, side);
  }

  /// @throws IllegalArgumentException if that part is not run, or the model has none
  public static void requireRunnable(ModelFiles files, String part) {
    require(
        RUNNABLE.contains(part) && files.has(part),
        "--part: expected one that is run (%s), got %s",
        String.join(", ", RUNNABLE.stream().filter(files::has).sorted().toList()),
        part);
  }

  /// Loads what the run of `part` needs.
  ///
  /// @throws IllegalArgumentException if that part is not run, or the model has none
  public PartRun of(ModelFiles files, String part) {
    requireRunnable(files, part);
    Tensor noise = TextToImage.noise(latents(files), new TorchGenerator(seed));
    if (part.equals("vae")) {
      return VaeRun.of(files.vae(), noise);
    }
    TextToImage pipeline = TextToImage.load(files);
    if (!Pipeline.isDenoiser(part)) {
      return TextEncoderRun.of(pipeline, part, prompt, noise, timestep);
    }
    int factor = pipeline.vae().config().downsampleFactor();
    int height = noise.dim(2) * factor;
    int width = noise.dim(3) * factor;
    return DenoiserRun.of(
        pipeline.denoiser(),
        noise,
        timestep,
        pipeline.text().encode(List.of(prompt), height, width),
        pipeline.text().encode(List.of(""), height, width));
  }
}
