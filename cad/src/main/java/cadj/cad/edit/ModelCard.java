package cadj.cad.edit;

import cadj.cad.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The `README.md` of an edited model folder: what was edited, from which weights, how, and how to
/// undo it.
public final class ModelCard {
  private ModelCard() {}

  /// @param model the name or path of what was edited
  /// @param files of the patches; empty for an edit that was never a file
  public static String of(String model, List<Patch> patches, List<Path> files) {
    StringBuilder out = new StringBuilder();
    out.append("---\ntags:\n- concept-attribution\n- cadj\n---\n\n# Edited model\n\n");
    out.append("`%s`, in which weights were changed by:%n%n".formatted(model));
    for (int i = 0; i < patches.size(); i++) {
      Patch patch = patches.get(i);
      out.append(
          "## %s%n%n%,d weights of %,d parameters.%n%n| setting | value |%n|---|---|%n"
              .formatted(
                  files.isEmpty() ? "An edit" : "Patch `%s`".formatted(files.get(i).getFileName()),
                  patch.size(),
                  patch.changes().size()));
      for (Map.Entry<String, String> setting : new TreeMap<>(patch.metadata()).entrySet()) {
        out.append("| %s | %s |%n".formatted(setting.getKey(), cell(setting.getValue())));
      }
      out.append('\n');
    }
    out.append("`model_sha256` is the hash of the denoiser's weight files before the edit.");
    if (patches.stream().anyMatch(patch -> !patch.metadata().containsKey("method"))) {
      out.append(
          " Weights zeroed by their scores: *Unveiling Concept Attribution in Diffusion Models*"
              + " (arXiv:2412.02542).");
    }
    out.append('\n');
    if (!files.isEmpty()) {
      out.append(
          "To undo it: `cadj apply THIS_FOLDER %s --revert --full FOLDER`.%n"
              .formatted(files.stream().map(ModelCard::name).collect(Collectors.joining(" "))));
    }
    out.append(
        "%nThe licence of the model that was edited holds for this one too. Written by cadj %s.%n"
            .formatted(Version.current()));
    return out.toString();
  }

  /// The card of a model from which patches were taken back.
  ///
  /// @param files of the patches
  public static String ofReverted(String model, List<Path> files) {
    return """
    # Model with an edit taken back

    `%s`, in which the weights that these patches had changed are again what they were: %s.

    Written by cadj %s.
    """
        .formatted(
            model,
            files.stream().map(ModelCard::name).collect(Collectors.joining(", ")),
            Version.current());
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /// Text within a table's cell and on one line.
  private static String cell(String text) {
    return text.replaceAll("\\s+", " ").replace("|", "\\|");
  }
}
