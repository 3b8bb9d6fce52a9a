package cadj.cad.sd3;

import cadj.autograd.nn.Weights;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.DenoiserPart;
import cadj.models.files.Folders;
import cadj.models.scheduler.PredictionType;
import cadj.models.scheduler.SchedulerConfig;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The model `sd3-tiny` of the golden set, with either of its transformers: of Stable Diffusion 3's
/// form, and of 3.5's.
public final class SD3Tiny {
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

  /// Parts that the two models share.
  private static final List<String> SHARED =
      List.of(
          "scheduler",
          "text_encoder",
          "text_encoder_2",
          "text_encoder_3",
          "tokenizer",
          "tokenizer_2",
          "tokenizer_3",
          "vae");

  private SD3Tiny() {}

  /// The transformers.
  public enum Form {
    SD3("transformer"),
    SD35("transformer_35");

    private final String folder;

    Form(String folder) {
      this.folder = folder;
    }

    /// Its folder in the set.
    public String folder() {
      return folder;
    }

    private Path file(String name) {
      return Golden.require("sd3-tiny/" + folder + "/" + name);
    }

    public Denoiser denoiser() {
      Map<String, Tensor> stored = new LinkedHashMap<>();
      try (SafetensorsFile weights = SafetensorsFile.open(file(WEIGHTS))) {
        weights.names().forEach(name -> stored.put(name, weights.tensor(name)));
      }
      return DenoiserPart.of("transformer", JsonFile.read(file("config.json")))
          .build(Weights.of(stored), PredictionType.FLOW);
    }

    /// A file of `expected/cad`.
    public SafetensorsFile expected(String name) {
      return Golden.open("sd3-tiny/expected/cad/" + folder + "/" + name + ".safetensors");
    }

    /// A whole model folder with this transformer, new.
    public Path model(Path to) {
      try {
        Files.createDirectories(to);
        Files.copy(Golden.require("sd3-tiny/model_index.json"), to.resolve("model_index.json"));
        for (String part : SHARED) {
          for (Path file : Golden.glob("sd3-tiny/" + part + "/*")) {
            Path copy = to.resolve(part).resolve(file.getFileName().toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Folders.copy(file(WEIGHTS).getParent(), to.resolve("transformer"));
      return to;
    }
  }

  public static SchedulerConfig schedule() {
    Path file = Golden.require("sd3-tiny/scheduler/scheduler_config.json");
    return new SchedulerConfig(JsonFile.read(file), false);
  }

  /// The recorded embeddings of the concept, and of the base prompt behind it if there is one.
  public static Conditioning conditioning(SafetensorsFile golden) {
    return new Conditioning(
        golden.tensor("encoder_hidden_states"), golden.tensor("pooled_projections"), null);
  }
}
