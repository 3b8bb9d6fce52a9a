package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.AttributionSettings;
import cadj.cad.attribution.GradientFile;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.attribution.Prediction;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Change;
import cadj.cad.edit.Contrast;
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
import picocli.CommandLine.Option;

/// Options of `cadj edit` by attributions: weights are chosen by their scores.
final class AblationOptions {
  @Option(
      names = {"-a", "--attribution"},
      paramLabel = "FILE",
      description =
          "What cadj attribute wrote, or a gradient file (.pth) of CAD's published code, which"
              + " needs --model. Repeat to edit for several concepts at once: the weights that"
              + " each of them selects.")
  private List<Path> attributions = List.of();

  @Option(
      names = "--per",
      defaultValue = "row",
      description =
          "Rank per row, matrix or model; or, per neuron, head, filter or layer, whole hidden"
              + " neurons of the feed-forward layers, heads of the attentions, filters of the"
              + " convolutions, or layers, by the sums of their scores, those of the whole model"
              + " together (default: ${DEFAULT-VALUE}).")
  private Ablation.Per per = Ablation.Per.ROW;

  @Option(
      names = "--dose",
      defaultValue = "1",
      paramLabel = "D",
      description =
          "Multiply the chosen weights with 1 - D: 1 zeroes them (the default), 0.5 halves them,"
              + " more than 1 turns their signs.")
  private double dose = 1;

  @Option(
      names = "--against",
      paramLabel = "FILE",
      description =
          "Attribution of another concept, which is to stay; repeat for several. The largest of"
              + " their scores, whatever the sign, is taken from each weight's own, so that what"
              + " matters to them as much is spared.")
  private List<Path> against = List.of();

  @Option(
      names = "--objective",
      paramLabel = "erase|amplify",
      description =
          "What a gradient file of the published code was computed for: by"
              + " compute_positive_neurons.py (erase, the default) or compute_negative_neurons.py"
              + " (amplify).")
  private @Nullable ObjectiveKind objective;

  /// What is missing, or null.
  @Nullable String missing() {
    return attributions.isEmpty()
        ? "expected --attribution beside --per, --dose, --against, --objective"
        : null;
  }

  /// Refuses `out` where it is one of the files to read.
  void requireOther(Path out) {
    OutputFile.require(out, files().toArray(Path[]::new));
  }

  private List<Path> files() {
    List<Path> out = new ArrayList<>(attributions);
    out.addAll(against);
    return out;
  }

  /// The edit.
  ///
  /// @param which weights are chosen
  /// @param budget how many
  EditCommand.Edit edit(
      Ablation.Which which, Ablation.Budget budget, ModelOptions model, Terminal terminal) {
    model.requireNoMore("not with --attribution, which names its model");
    require(
        objective == null || attributions.stream().anyMatch(GradientFile::is),
        "--objective: only for gradient files of the published code");
    List<AttributionResult> found =
        attributions.stream().map(file -> read(file, model, terminal)).toList();
    List<Map<String, String>> settings =
        found.stream().map(one -> settings(one, model.unet())).toList();
    List<AttributionResult> others =
        against.stream().map(file -> read(file, model, terminal)).toList();
    List<Map<String, String>> every = new ArrayList<>(settings);
    others.forEach(other -> every.add(settings(other, model.unet())));
    ModelFiles folder = FileModel.open(files(), every, model.asked(), terminal);
    Patch patch =
        Patch.dosed(
            select(new Ablation(which, per, budget), found, others, folder),
            dose,
            FileModel.parameters(folder, settings),
            metadata(which, budget, settings, concepts(others)));
    return new EditCommand.Edit(folder, patch, file -> report(terminal, file, found, patch));
  }

  private AttributionResult read(Path file, ModelOptions model, Terminal terminal) {
    if (!GradientFile.is(file)) {
      return AttributionFile.read(file);
    }
    String asked = model.asked();
    if (asked == null) {
      throw new CommandFailure(
          file + ": gradients of the published code name no model; say which with --model");
    }
    Path parent = file.toAbsolutePath().getParent();
    boolean amplified = parent != null && parent.endsWith("amplify");
    if (objective == null && amplified) {
      throw new CommandFailure(
          file + ": in a folder called amplify; say --objective amplify, or --objective erase");
    }
    ModelFiles scored = ModelFiles.open(asked);
    Path unet = model.unet();
    if (unet != null) {
      scored = scored.with(EditedDenoiser.of(scored.source(), unet));
    }
    ObjectiveKind kind = objective == null ? ObjectiveKind.ERASE : objective;
    terminal.say(
        "%s: gradients of the published code, to %s", file, kind.name().toLowerCase(Locale.ROOT));
    return GradientFile.read(file, scored, kind);
  }

  private static Map<String, String> settings(AttributionResult found, @Nullable Path unet) {
    Map<String, String> out = AttributionFile.settings(found);
    if (unet != null) {
      out.put(AttributionSettings.UNET, unet.toString());
    }
    return out;
  }

  /// The weights that any of the attributions selects.
  private Map<String, int[]> select(
      Ablation ablation,
      List<AttributionResult> found,
      List<AttributionResult> others,
      ModelFiles folder) {
    Contrast contrast = new Contrast();
    others.forEach(other -> contrast.add(other.scores()));
    Map<String, int[]> out = new LinkedHashMap<>();
    for (AttributionResult one : found) {
      SequencedMap<String, Tensor> scores =
          others.isEmpty() ? one.scores() : contrast.of(one.scores(), ablation.which());
      ablation
          .select(scores, folder::heads)
          .forEach((name, indices) -> out.merge(name, indices, AblationOptions::union));
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
  private Map<String, String> metadata(
      Ablation.Which which,
      Ablation.Budget budget,
      List<Map<String, String>> settings,
      List<String> concepts) {
    Map<String, String> out = Provenance.of(settings);
    settings.stream()
        .filter(its -> its.containsKey(Patch.TEXT_HASH)) // which are all of the same encoders
        .findFirst()
        .ifPresent(its -> out.put(Patch.TEXT_HASH, its.get(Patch.TEXT_HASH)));
    out.put("edit", which.name().toLowerCase(Locale.ROOT));
    out.put("per", per.name().toLowerCase(Locale.ROOT));
    out.put(
        "amount",
        switch (budget) {
          case Ablation.Ratio(double ratio) -> "ratio " + ratio;
          case Ablation.Count(int count) -> "count " + count;
        });
    if (dose != 1) {
      out.put("dose", Double.toString(dose));
    }
    if (!against.isEmpty()) {
      out.put("against", Provenance.json(concepts));
    }
    return out;
  }

  private void report(Terminal terminal, Path file, List<AttributionResult> found, Patch patch) {
    Map<String, Tensor> scores = new LinkedHashMap<>();
    found.forEach(one -> scores.putAll(one.scores()));
    long scored = scores.values().stream().mapToLong(Tensor::elements).sum();
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
    json.put("file", file.toString());
    json.put("zeroed", patch.size());
    json.put("scored", scored);
    json.put("parameters", patch.changes().size());
    if (dose == 1) {
      json.put("predictions", predictions(terminal, found, patch));
    }
    terminal.result(json);
  }

  /// What each attribution predicts of the zeroed weights among those it scored.
  private static List<Double> predictions(
      Terminal terminal, List<AttributionResult> found, Patch patch) {
    List<Double> out = new ArrayList<>();
    for (AttributionResult one : found) {
      if (one.objectives().length == 0) {
        continue; // the published code's gradients
      }
      Map<String, int[]> zeroed = new LinkedHashMap<>();
      patch
          .changes()
          .forEach(
              (name, change) -> {
                if (one.scores().containsKey(name)
                    && change instanceof Change.Scaled(int[] indices, float[] _, float[] _)) {
                  zeroed.put(name, indices);
                }
              });
      Prediction prediction = Prediction.of(one, zeroed);
      terminal.say("%s", prediction.line());
      out.add(prediction.change());
    }
    if (!out.isEmpty()) {
      terminal.say(
          "That holds for random sets. For the highest scores even the sign can be wrong, but where"
              + " --estimator set-midpoint made them: docs/evaluation.md.");
    }
    return out;
  }
}
