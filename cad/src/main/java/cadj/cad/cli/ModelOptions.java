package cadj.cad.cli;

import cadj.models.files.ModelFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which model a command works with.
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      defaultValue = "fashion",
      paramLabel = "NAME|DIR",
      description = "An embedded model or a model folder (default: ${DEFAULT-VALUE}).")
  private String model;

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
    return ModelFiles.open(model, variant, terminal::note);
  }
}
