package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;
import static java.util.Objects.requireNonNull;

import cadj.cad.edit.Patch;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.Sha256;
import cadj.tensor.weights.WeightFiles;
import cadj.tensor.weights.WeightFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// Gradients as the published code saves them: `torch.save` of a dictionary, parameter to gradient,
/// for all parameters of the denoiser or some.
///
/// Of a feed-forward matrix w with gradient g the score is w·g, as in the published ablation; other
/// parameters it passes over. The code differentiates the loss for amplifying, of which our
/// objective is the negative ([AmplifyObjective]): there the score is −w·g.
public final class GradientFile {
  private GradientFile() {}

  /// Whether the file is of `torch.save`, which no attribution of our own is.
  public static boolean is(Path path) {
    return WeightFormat.of(path) == WeightFormat.TORCH;
  }

  /// @param model whose gradients these are
  /// @param objective that was differentiated
  /// @throws FileFormatException if the gradients are not finite or not those of `model`
  public static AttributionResult read(Path path, ModelFiles model, ObjectiveKind objective) {
    Denoiser denoiser = model.denoiser();
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    try (Checkpoint file = WeightFiles.open(path)) {
      requireSame(file, denoiser.parameters());
      denoiser
          .parameters(List.of(Sites.FF))
          .forEach(
              (name, w) -> {
                if (file.contains(name)) {
                  Tensor product = mul(w, gradient(file, name));
                  scores.put(
                      name,
                      switch (objective) {
                        case ERASE -> product;
                        case AMPLIFY -> scale(product, -1);
                      });
                }
              });
    }
    if (scores.isEmpty()) {
      throw new FileFormatException(path, "", "gradients of feed-forward matrices", "none");
    }
    int rows = scores.size();
    return new AttributionResult(
        scores,
        Map.of(),
        new double[0],
        new double[rows][0],
        new double[rows][0],
        new double[0],
        metadata(path, model, objective));
  }

  private static void requireSame(Checkpoint file, Map<String, Tensor> parameters) {
    for (String name : file.names()) {
      if (!parameters.containsKey(name)) {
        throw new FileFormatException(
            file.path(), name, "gradients of the model's parameters", "one that it lacks");
      }
      Tensor parameter = requireNonNull(parameters.get(name));
      if (!file.dtype(name).isFloat() || !file.shape(name).equals(parameter.shape())) {
        throw new FileFormatException(
            file.path(),
            name,
            "a gradient " + parameter.shape(),
            file.dtype(name) + " " + file.shape(name));
      }
    }
  }

  private static Tensor gradient(Checkpoint file, String name) {
    Tensor gradient = file.tensor(name);
    for (float value : gradient.toFloats()) {
      if (!Float.isFinite(value)) {
        throw new FileFormatException(file.path(), name, "finite numbers", Float.toString(value));
      }
    }
    return gradient;
  }

  private static Map<String, String> metadata(
      Path path, ModelFiles model, ObjectiveKind objective) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("gradients", path.toString());
    out.put("gradients_sha256", new Sha256().add(path).hex());
    out.put("objective", objective.name().toLowerCase(Locale.ROOT));
    out.put("model", model.name());
    model.source().unet().ifPresent(unet -> out.put(AttributionSettings.UNET, unet.toString()));
    out.put(Patch.MODEL_HASH, model.denoiserHash());
    return out;
  }
}
