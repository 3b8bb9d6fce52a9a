package cadj.cad.cli;

import cadj.models.files.ModelFiles;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say which model a command works with.
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      defaultValue = "fashion",
      paramLabel = "NAME|DIR",
      description = "An embedded model or a model folder (default: ${DEFAULT-VALUE}).")
  private String model;

  @Mixin private PromptOptions prompts;

  /// The name or path that was asked for.
  String name() {
    return model;
  }

  ModelFiles open() {
    return prompts.applyTo(ModelFiles.open(model));
  }
}
