package cadj.cad.cli;

import cadj.models.files.ModelFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say which model a command works with.
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      defaultValue = "fashion",
      paramLabel = "NAME|DIR|FILE",
      description =
          "An embedded model, a model folder, or Stable Diffusion in one file (default:"
              + " ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--config",
      paramLabel = "DIR",
      description =
          "Of a file of no published size: a model folder with its configurations, tokenizers and"
              + " scheduler.")
  private @Nullable Path config;

  @Mixin private PromptOptions prompts;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Which of a folder's weights to take, such as fp16 for model.fp16.safetensors (default:"
              + " the plain ones, or the only variant).")
  private @Nullable String variant;

  /// The name or path that was asked for.
  String name() {
    return model;
  }

  /// Opens it.
  ///
  /// @param terminal is told what was chosen or left out while reading
  ModelFiles open(Terminal terminal) {
    return open(model, terminal);
  }

  /// The model of that name or path, with what the other options say.
  ModelFiles open(String name, Terminal terminal) {
    return prompts.applyTo(ModelFiles.open(name, config, variant, terminal::note));
  }
}
