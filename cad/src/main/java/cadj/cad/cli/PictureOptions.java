package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.Version;
import cadj.cad.attribution.AttributionSettings;
import cadj.cad.edit.Patch;
import cadj.cad.edit.Provenance;
import cadj.cad.generate.Drawing;
import cadj.cad.generate.PicturePlan;
import cadj.cad.generate.PictureSettings;
import cadj.cad.generate.PictureText;
import cadj.cad.generate.PlannedPicture;
import cadj.cad.generate.Rng;
import cadj.models.files.ModelFiles;
import cadj.models.files.Pipeline;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.file.Sha256;
import cadj.tensor.shape.Shape;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say how a picture is drawn, beside prompt and model.
final class PictureOptions {
  @Option(
      names = "--negative",
      paramLabel = "TEXT",
      description = "What to be guided away from (default: nothing in particular).")
  private @Nullable String negative;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description =
          "Seed of the first picture; those after it have the next numbers (default:"
              + " ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--rng",
      defaultValue = "torch-cpu",
      paramLabel = "NAME",
      description =
          "Whose noise a seed draws: ${COMPLETION-CANDIDATES}, PyTorch's on the processor or on an"
              + " NVIDIA GPU, wherever this runs (default: ${DEFAULT-VALUE}).")
  private Rng rng;

  @Option(
      names = "--width",
      paramLabel = "PIXELS",
      description = "Width of the pictures (default: what the model was trained on).")
  private @Nullable Integer width;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      description = "Height of the pictures (default: what the model was trained on).")
  private @Nullable Integer height;

  @Option(
      names = "--steps",
      defaultValue = "50",
      description = "Denoising steps (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--guidance",
      defaultValue = "7.5",
      description = "Weight of the prompt; 1 or less: no guidance (default: ${DEFAULT-VALUE}).")
  private double guidance;

  @Option(
      names = "--guidance-rescale",
      defaultValue = "0",
      paramLabel = "SHARE",
      description =
          "How much of the contrast that guidance adds is taken back, 0 to 1; 0.7 is usual for"
              + " models trained to zero terminal SNR (default: ${DEFAULT-VALUE}).")
  private double guidanceRescale;

  @Mixin private SkipLayerOptions skipLayers;

  @Mixin private SamplerOption sampler;

  @Option(
      names = "--latents",
      paramLabel = "FILE[:KEY]",
      description =
          "Start noise [N,C,h,w] from a safetensors tensor, instead of --seed. Their size decides"
              + " the picture's.")
  private @Nullable String latents;

  @Option(
      names = "--patch",
      paramLabel = "FILE",
      description = "Edit the model with a patch from cadj edit. Repeat to stack several.")
  private @Nullable List<Path> patches;

  /// Demands what can be told before the model is opened.
  void requireSensible() {
    require(Double.isFinite(guidance), "--guidance: expected a finite number, got %s", guidance);
    require(
        guidanceRescale >= 0 && guidanceRescale <= 1,
        "--guidance-rescale: expected 0 to 1, got %s",
        guidanceRescale);
    require(
        latents == null || (width == null && height == null),
        "--latents: its size decides the picture's, expected no --width or --height");
    require(
        skipLayers.skipLayers() == null || Guidance.isOn(guidance),
        "--skip-layers: expected a --guidance above 1, got %s",
        guidance);
  }

  /// Start noise of a file for so many pictures, or null if it is the seeds'.
  @Nullable Tensor startNoise(int pictures) {
    if (latents == null) {
      return null;
    }
    Tensor given = LatentsFile.read(latents);
    Drawing.requireStartNoise(given, pictures);
    return given;
  }

  /// @param count pictures per prompt
  /// @param start of [#startNoise]
  PicturePlan plan(ModelFiles files, int count, @Nullable Tensor start) {
    require(
        skipLayers.skipLayers() == null || files.pipeline() == Pipeline.STABLE_DIFFUSION_3,
        "--skip-layers: expected a model of Stable Diffusion 3, got %s",
        files.name());
    int factor = files.vaeConfig().downsampleFactor();
    return new PicturePlan(
        count,
        negative,
        seed,
        rng,
        steps,
        guidance,
        guidanceRescale,
        skipLayers.skipLayers(),
        sampler.asked(),
        start == null ? width : (Integer) (start.dim(3) * factor),
        start == null ? height : (Integer) (start.dim(2) * factor));
  }

  /// Latents of the largest picture.
  static Shape largest(ModelFiles files, List<PlannedPicture> pictures) {
    int factor = files.vaeConfig().downsampleFactor();
    PictureSettings largest =
        pictures.stream()
            .map(PlannedPicture::settings)
            .max(Comparator.comparingLong(one -> (long) one.width() * one.height()))
            .orElseThrow();
    Shape form = files.latentForm().shape(1);
    return form.with(2, largest.height() / factor).with(3, largest.width() / factor);
  }

  /// Drawing with `pipeline`, patched.
  ///
  /// @param model what `files` were opened from
  /// @param start of [#startNoise]
  Drawing drawing(
      TextToImage pipeline, ModelFiles files, ModelOptions model, @Nullable Tensor start) {
    String hash = files.denoiserHash();
    return new Drawing(
        patched(pipeline, files),
        new PictureText(modelText(files, model, hash), "cadj " + Version.current()),
        start,
        latents == null ? "" : latents);
  }

  private TextToImage patched(TextToImage pipeline, ModelFiles files) {
    if (patches == null) {
      return pipeline;
    }
    for (Path file : patches) {
      Patch patch = Patch.read(file);
      try {
        patch.requireFits(files);
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(file + ": " + e.getMessage());
      }
      pipeline = patch.apply(pipeline);
    }
    return pipeline;
  }

  private SequencedMap<String, String> modelText(
      ModelFiles files, ModelOptions model, String hash) {
    SequencedMap<String, String> text = model.text();
    files.source().unet().ifPresent(unet -> text.put(AttributionSettings.UNET, unet.toString()));
    if (!files.source().loras().isEmpty()) {
      text.put(AttributionSettings.LORAS, Provenance.json(files.source().loras()));
    }
    text.put("model_sha256", hash);
    if (patches != null) {
      ArrayNode names = JsonNodeFactory.instance.arrayNode();
      Sha256 all = new Sha256();
      for (Path patch : patches) {
        names.add(patch.toString());
        all.add(patch);
      }
      text.put("patches", names.toString());
      text.put("patches_sha256", all.hex());
    }
    return text;
  }
}
