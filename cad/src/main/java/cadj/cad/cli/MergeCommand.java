package cadj.cad.cli;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionPart;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.inspect.Settings;
import cadj.models.files.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `cadj merge`: parts of an attribution to the whole.
@Command(
    name = "merge",
    header = "Merges parts of an attribution that were computed apart.",
    description = {
      "",
      "Parts are what cadj attribute --trajectories writes. Together they must hold each trajectory"
          + " of the run once; then the scores have the same bits as those of one run of all, in"
          + " whatever order the parts are given.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  cadj attribute -c sneaker --samples 4 --trajectories 1-2 -o p1.safetensors",
      "  cadj attribute -c sneaker --samples 4 --trajectories 3-4 -o p2.safetensors",
      "  cadj merge p1.safetensors p2.safetensors -o sneaker.safetensors"
    })
final class MergeCommand implements Runnable {
  @ParentCommand private Main main;

  @Parameters(paramLabel = "PART", arity = "1..*", description = "All parts of one run.")
  private List<Path> parts;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME|DIR",
      description = "The model (default: the one that the parts name).")
  private @Nullable String model;

  @Option(
      names = "--grads",
      description = "Keep the means of what the estimator sums, such as gradients.")
  private boolean grads;

  @Option(
      names = "--spread",
      description =
          "Keep each trajectory's scores too, so that predictions tell how they spread over prompts"
              + " and noise samples; the file grows by as much as the scores for each.")
  private boolean spread;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "The attribution.")
  private Path out;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    OutputFile.require(out, parts.toArray(Path[]::new));
    main.onDevice(() -> merge(terminal));
  }

  private void merge(Terminal terminal) {
    Map<String, String> identity = AttributionPart.identity(parts.getFirst());
    ModelFiles folder = FileModel.open(parts.getFirst(), identity, model, terminal);
    AttributionResult merged =
        AttributionPart.merge(
            parts, FileModel.parameters(folder, List.of(identity)), grads, spread);
    AttributionFile.write(out, merged);
    terminal.say("%s: merged from %d parts", out, parts.size());
    terminal.say(
        "Next: %s edit --attribution %s --%s --ratio 0.03 --out patch.safetensors",
        Terminal.program(), out, identity.getOrDefault("objective", "erase"));
    Map<String, Object> json = Settings.typed(AttributionFile.settings(merged));
    json.put("file", out.toString());
    json.put("parts", parts.size());
    terminal.result(json);
  }
}
