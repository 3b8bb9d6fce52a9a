package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.file.Sha256;
import java.util.Map;

/// The tensor that a run starts from, and what tells it from others: start noise to erase with,
/// clean latents of pictures to amplify on.
///
/// @param values [N,C,h,w]
/// @param identity metadata
public record Inputs(Tensor values, Map<String, String> identity) {
  /// Start noise from the settings' seed.
  public static Inputs startNoise(TextToImage pipeline, AttributionSettings settings) {
    return new Inputs(
        TextToImage.noise(
            pipeline.latentShape(settings.startNoises()), new TorchGenerator(settings.seed())),
        Map.of());
  }

  /// Start noise from elsewhere.
  ///
  /// @param noise [..,C,h,w]
  /// @param name where it is from
  public static Inputs startNoise(Tensor noise, String name, AttributionSettings settings) {
    int r = noise.rank();
    require(r >= 4, "latents: expected [N,C,h,w], got %s", noise.shape());
    Tensor all = noise.reshape(-1, noise.dim(-3), noise.dim(-2), noise.dim(-1));
    int samples = all.dim(0) / settings.noisesPerSample();
    return new Inputs(
        all,
        Map.of("latents", name, "latents_hash", hash(all), "samples", Integer.toString(samples)));
  }

  /// Latents of pictures that the model draws itself.
  public static Inputs drawn(
      TextToImage pipeline,
      AttributionSettings settings,
      int count,
      TextToImage.Progress progress) {
    return new Inputs(
        ConceptPictures.generated(pipeline, settings, count, progress),
        Map.of("pictures", Integer.toString(count)));
  }

  /// Latents of real pictures [M,3,H,W] in [−1, 1].
  ///
  /// @param name where they are from
  public static Inputs pictures(
      TextToImage pipeline, AttributionSettings settings, Tensor pictures, String name) {
    return new Inputs(
        ConceptPictures.real(pipeline, pictures, settings.seed()),
        Map.of("pictures", name, "pictures_hash", hash(pictures)));
  }

  /// Tells values from others.
  private static String hash(Tensor values) {
    return new Sha256().add(values.toFloats()).hex();
  }
}
