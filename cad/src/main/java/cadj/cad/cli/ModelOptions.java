package cadj.cad.cli;

import cadj.models.files.ModelFiles;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import picocli.CommandLine.Option;

/// The options that say which model a command works with.
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      defaultValue = "fashion",
      paramLabel = "NAME|DIR",
      description = "An embedded model or a model folder (default: ${DEFAULT-VALUE}).")
  private String model;

  /// The name or path that was asked for.
  String name() {
    return model;
  }

  /// What was asked for, as text that pictures carry.
  SequencedMap<String, String> text() {
    SequencedMap<String, String> text = new LinkedHashMap<>();
    text.put("model", model);
    return text;
  }

  ModelFiles open() {
    return ModelFiles.open(model);
  }
}
