package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.AttributionSettings;
import cadj.cad.attribution.GradientFile;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Contrast;
import cadj.cad.edit.EditedModel;
import cadj.cad.edit.ModelCard;
import cadj.cad.edit.Patch;
import cadj.cad.edit.Provenance;
import cadj.models.files.EditedDenoiser;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `cadj edit`: an attribution to a patch, or to a whole edited model.
@Command(
    name = "edit",
    header = "Zeroes the weights that an attribution points at.",
    description = {
      "",
      "Writes a patch, a small file that cadj generate applies, or with --full a whole edited model"
          + " folder. Weights whose score has the wrong sign are spared, except with --both.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  cadj edit --attribution sneaker.safetensors --erase --ratio 0.03 \\",
      "    --out no-sneaker.safetensors"
    })
final class EditCommand implements Runnable {
  @ParentCommand private Main main;

  @Option(
      names = {"-a", "--attribution"},
      required = true,
      paramLabel = "FILE",
      description =
          "What cadj attribute wrote, or a gradient file (.pth) of CAD's published code, which"
              + " needs --model. Repeat to edit for several concepts at once: the weights that"
              + " each of them selects.")
  private List<Path> attributions;

  @ArgGroup(multiplicity = "1")
  private Kind kind;

  /// Which weights go.
  private static final class Kind {
    @Option(
        names = "--erase",
        description = "Zero the highest scores: what makes the concept appear.")
    private boolean erase;

    @Option(
        names = "--amplify",
        description = "Zero the lowest scores: what holds the concept back.")
    private boolean amplify;

    @Option(names = "--both", description = "Zero both ends, whatever the signs.")
    private boolean both;

    Ablation.Which which() {
      require(erase || amplify || both, "expected one of --erase, --amplify, --both to be true");
      return both ? Ablation.Which.BOTH : erase ? Ablation.Which.POSITIVE : Ablation.Which.NEGATIVE;
    }
  }

  @Option(
      names = "--per",
      defaultValue = "row",
      description =
          "Rank per row, matrix or model; or, per neuron or head, whole hidden neurons of the"
              + " feed-forward layers, or whole heads of the attentions, by the sums of their"
              + " scores, those of the whole model together (default: ${DEFAULT-VALUE}).")
  private Ablation.Per per;

  @Option(
      names = "--dose",
      defaultValue = "1",
      paramLabel = "D",
      description =
          "Multiply the chosen weights with 1 - D: 1 zeroes them (the default), 0.5 halves them,"
              + " more than 1 turns their signs.")
  private double dose;

  @Option(
      names = "--against",
      paramLabel = "FILE",
      description =
          "Attribution of another concept, which is to stay; repeat for several. The largest of"
              + " their scores, whatever the sign, is taken from each weight's own, so that what"
              + " matters to them as much is spared.")
  private List<Path> against = List.of();

  @ArgGroup(multiplicity = "1")
  private Amount amount;

  /// How many.
  private static final class Amount {
    @Option(
        names = "--ratio",
        paramLabel = "R",
        description = "That share of each row (matrix, model).")
    private @Nullable Double ratio;

    @Option(names = "--count", paramLabel = "K", description = "Exactly that many of each.")
    private @Nullable Integer count;

    Ablation.Budget budget() {
      return ratio != null
          ? new Ablation.Ratio(ratio)
          : new Ablation.Count(count == null ? 0 : count);
    }

    @Override
    public String toString() {
      return ratio != null ? "ratio " + ratio : "count " + count;
    }
  }

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME|DIR",
      description = "The model (default: the one that the attribution names).")
  private @Nullable String model;

  @Option(
      names = "--unet",
      paramLabel = "FILE",
      description =
          "The edited UNet over the model that was scored (default: the one that the attribution"
              + " names, if any).")
  private @Nullable Path unet;

  @Option(
      names = "--objective",
      paramLabel = "erase|amplify",
      description =
          "What a gradient file of the published code was computed for: by"
              + " compute_positive_neurons.py (erase, the default) or compute_negative_neurons.py"
              + " (amplify).")
  private @Nullable ObjectiveKind objective;

  @ArgGroup(multiplicity = "1")
  private Target target;

  /// Where to.
  private static final class Target {
    @Option(
        names = {"-o", "--out"},
        paramLabel = "FILE",
        description = "The patch.")
    private @Nullable Path out;

    @Option(names = "--full", paramLabel = "DIR", description = "A whole edited model folder, new.")
    private @Nullable Path full;
  }

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    List<Path> read = new ArrayList<>(attributions);
    read.addAll(against);
    if (target.out != null) {
      OutputFile.require(target.out, read.toArray(Path[]::new));
    }
    if (target.full != null) {
      OutputFile.requireNew(target.full);
    }
    require(
        objective == null || attributions.stream().anyMatch(GradientFile::is),
        "--objective: only for gradient files of the published code");
    List<AttributionResult> found =
        attributions.stream().map(file -> read(file, terminal)).toList();
    List<Map<String, String>> settings = found.stream().map(this::settings).toList();
    List<AttributionResult> others = against.stream().map(file -> read(file, terminal)).toList();
    List<Map<String, String>> every = new ArrayList<>(settings);
    others.forEach(other -> every.add(settings(other)));
    ModelFiles folder = FileModel.open(read, every, model, terminal);
    Patch patch =
        Patch.dosed(
            select(found, others, folder),
            dose,
            FileModel.parameters(folder, settings),
            metadata(settings, concepts(others)));
    if (target.out != null) {
      patch.write(target.out);
    }
    if (target.full != null) {
      String card = ModelCard.of(folder.name(), List.of(patch), List.of());
      ApplyCommand.say(terminal, EditedModel.write(folder, List.of(patch), card, target.full));
    }
    report(terminal, found, patch);
  }

  private AttributionResult read(Path file, Terminal terminal) {
    if (!GradientFile.is(file)) {
      return AttributionFile.read(file);
    }
    if (model == null) {
      throw new CommandFailure(
          file + ": gradients of the published code name no model; say which with --model");
    }
    Path parent = file.toAbsolutePath().getParent();
    boolean amplified = parent != null && parent.endsWith("amplify");
    if (objective == null && amplified) {
      throw new CommandFailure(
          file + ": in a folder called amplify; say --objective amplify, or --objective erase");
    }
    ModelFiles scored = ModelFiles.open(model);
    if (unet != null) {
      scored = scored.with(EditedDenoiser.of(scored.source(), unet));
    }
    ObjectiveKind kind = objective == null ? ObjectiveKind.ERASE : objective;
    terminal.say(
        "%s: gradients of the published code, to %s", file, kind.name().toLowerCase(Locale.ROOT));
    return GradientFile.read(file, scored, kind);
  }

  private Map<String, String> settings(AttributionResult found) {
    Map<String, String> out = AttributionFile.settings(found);
    if (unet != null) {
      out.put(AttributionSettings.UNET, unet.toString());
    }
    return out;
  }

  /// The weights that any of the attributions selects.
  private Map<String, int[]> select(
      List<AttributionResult> found, List<AttributionResult> others, ModelFiles folder) {
    Ablation ablation = new Ablation(kind.which(), per, amount.budget());
    Contrast contrast = new Contrast();
    others.forEach(other -> contrast.add(other.scores()));
    Map<String, int[]> out = new LinkedHashMap<>();
    for (AttributionResult one : found) {
      SequencedMap<String, Tensor> scores =
          others.isEmpty() ? one.scores() : contrast.of(one.scores(), kind.which());
      ablation
          .select(scores, folder::heads)
          .forEach((name, indices) -> out.merge(name, indices, EditCommand::union));
    }
    return out;
  }

  private static List<String> concepts(List<AttributionResult> results) {
    return results.stream().map(result -> result.metadata().getOrDefault("concept", "")).toList();
  }

  private static int[] union(int[] a, int[] b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).sorted().distinct().toArray();
  }

  /// @param concepts those that the edit is to spare
  private Map<String, String> metadata(List<Map<String, String>> settings, List<String> concepts) {
    Map<String, String> out = Provenance.of(settings);
    settings.stream()
        .filter(its -> its.containsKey(Patch.TEXT_HASH)) // which are all of the same encoders
        .findFirst()
        .ifPresent(its -> out.put(Patch.TEXT_HASH, its.get(Patch.TEXT_HASH)));
    out.put("edit", kind.which().name().toLowerCase(Locale.ROOT));
    out.put("per", per.name().toLowerCase(Locale.ROOT));
    out.put("amount", amount.toString());
    if (dose != 1) {
      out.put("dose", Double.toString(dose));
    }
    if (!against.isEmpty()) {
      out.put("against", AttributionFile.json(concepts));
    }
    return out;
  }

  private void report(Terminal terminal, List<AttributionResult> found, Patch patch) {
    Map<String, Tensor> scores = new LinkedHashMap<>();
    found.forEach(one -> scores.putAll(one.scores()));
    long scored = scores.values().stream().mapToLong(Tensor::elements).sum();
    Path file = target.out != null ? target.out : target.full;
    terminal.say(
        "%s: %,d of %,d scored weights %s (%.2f %%)",
        file,
        patch.size(),
        scored,
        dose == 1 ? "zeroed" : "multiplied with " + (float) (1 - dose),
        100.0 * patch.size() / Math.max(1, scored));
    if (patch.size() == 0) {
      terminal.note(
          "nothing is zeroed: no candidate's score has the right sign, or, with few weights a row,"
              + " a small --ratio rounds down to none; try a larger one, --count 1 or --per"
              + " matrix");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", String.valueOf(file));
    json.put("zeroed", patch.size());
    json.put("scored", scored);
    json.put("parameters", patch.changes().size());
    terminal.result(json);
  }
}
