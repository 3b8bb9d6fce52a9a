package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.ModelIdentity;
import cadj.cad.edit.Patch;
import cadj.cad.judge.Judge;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMetadata;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.TargetPrompt;
import cadj.cad.method.catalogue.EditMethods;
import cadj.cad.method.smallest.SmallestEdit;
import cadj.cad.method.smallest.Trial;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/// Options of `cadj edit` by a method: prompts and settings, from which it finds the edit.
final class MethodOptions {
  @Option(
      names = {"-c", "--concept"},
      paramLabel = "TEXT",
      description = "The concept's bare name.")
  private @Nullable String asked;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      completionCandidates = MethodNames.class,
      converter = MethodNames.class,
      description =
          "One of ${COMPLETION-CANDIDATES} (default: "
              + DEFAULT
              + ", of a model without cross-attention "
              + JOINT_DEFAULT
              + "), with settings if need be: uce:eta=0.5,lamb=1.")
  private @Nullable EditMethod method;

  /// As help tells [EditMethods#DEFAULT].
  static final String DEFAULT = "text-doses";

  /// As help tells [EditMethods#defaultFor] such a model.
  static final String JOINT_DEFAULT = "cad-one-shot";

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Change a setting of the method, of those listed at the end. Repeat for several.")
  private @Nullable Map<String, String> set;

  @Option(
      names = "--target",
      paramLabel = "PROMPT=INSTEAD",
      converter = TargetConverter.class,
      description =
          "A prompt that asks for the concept, and what is to be drawn for it instead, which may be"
              + " empty. Repeat for several, one of which is the bare name (default: several ways"
              + " to ask for the concept; for each what is left of it without).")
  private @Nullable List<TargetPrompt> targets;

  @Option(
      names = "--preserve",
      paramLabel = "TEXT|FILE",
      description =
          "A prompt that must draw what it drew, or a file of such: a .txt with one per line, a"
              + " .csv or .tsv with a column prompt. Repeat for several (default: for an embedded"
              + " model all that it draws beside the concept, else a list of everyday subjects).")
  private @Nullable List<String> preserve;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed of all noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  @ArgGroup(validate = false)
  private JudgeFileOptions judge = new JudgeFileOptions();

  @ArgGroup(validate = false)
  private @Nullable AutoOptions auto;

  /// What is missing, or null.
  @Nullable String missing() {
    return asked == null
        ? "expected --concept beside --method, --set, --target, --preserve, --seed, --judge, --auto"
        : auto == null ? null : auto.missing();
  }

  private String concept() {
    return requireNonNull(asked);
  }

  /// What is wrong without a look at the model.
  void requireSensible(EditTask.Goal goal) {
    require(!concept().isBlank(), "--concept: expected a text, got an empty one");
    judge.requireSensible();
    if (auto != null) {
      auto.requirement();
      require(goal == EditTask.Goal.ERASE, "--auto: only to erase");
    }
    if (method != null) {
      set(method).requireGoal(goal);
    }
  }

  /// The method for a model; what is set is set for that.
  private EditMethod method(ModelFiles files) {
    return set(
        EditMethods.forModel(method == null ? EditMethods.defaultFor(files) : method, files));
  }

  private EditMethod set(EditMethod chosen) {
    return set == null ? chosen : chosen.with(SettingValues.of(chosen, set));
  }

  /// The edit.
  EditCommand.Edit edit(ModelFiles files, EditTask.Goal goal, Terminal terminal) {
    String concept = concept();
    EditMethod its = method(files);
    its.requireGoal(goal);
    TextToImage pipeline = TextToImage.load(files);
    Judge judging = judge.judge(files);
    TaskPrompts prompts = TaskPrompts.of(concept, targets, preserve, judging);
    new LostText(pipeline.text())
        .tellOf(
            terminal,
            Stream.concat(
                    prompts.targets().stream().map(TargetPrompt::prompt),
                    prompts.preserve().stream())
                .toList());
    EditTask task =
        new EditTask(
            pipeline,
            concept,
            goal,
            prompts.targets(),
            prompts.preserve(),
            judging != null && knows(judging, concept) ? judging : null,
            seed,
            new Cost());
    Map<String, String> more = new LinkedHashMap<>(ModelIdentity.of(files));
    SmallestEdit.Chosen found;
    List<Trial> trials;
    if (auto == null) {
      trials = List.of();
      try (Terminal.Bar bar = terminal.bar(its.name(), 1)) {
        found = new SmallestEdit.Chosen(its, its.edit(task, progress(bar)));
      }
    } else {
      SmallestEdit search;
      try (Terminal.Bar bar = terminal.bar(its.name(), 1)) {
        search = auto.find(its, task, progress(bar));
      }
      trials = search.trials();
      AutoOptions.tell(terminal, trials);
      found = auto.chosen(search);
      more.putAll(auto.metadata(trials));
    }
    if (judging != null && !knows(judging, concept)) {
      terminal.note(
          "the judge knows no \"%s\": general prompts are preserved where --preserve names none"
              .formatted(concept));
    }
    more.putAll(EditMetadata.of(found.method(), task));
    Patch patch = found.patch().with(more);
    return new EditCommand.Edit(
        files, patch, file -> report(terminal, String.valueOf(file), found, trials, task.cost()));
  }

  private static EditMethod.Progress progress(Terminal.Bar bar) {
    return (what, done, total) -> {
      bar.note(what);
      bar.at(done, total);
    };
  }

  private static boolean knows(Judge judge, String concept) {
    return judge.kinds().stream().anyMatch(names -> names.contains(concept));
  }

  private static void report(
      Terminal terminal, String file, SmallestEdit.Chosen edit, List<Trial> trials, Cost cost) {
    Patch patch = edit.patch();
    terminal.say(
        "%s: %,d weights of %d parameters changed by %s, at the cost of %,d forward passes",
        file, patch.size(), patch.changes().size(), edit.method().name(), cost.passes());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", file);
    json.put("method", edit.method().name());
    json.put("settings", edit.method().settings());
    json.put("weights", patch.size());
    json.put("parameters", patch.changes().size());
    json.put("cost", cost.passes());
    if (!trials.isEmpty()) {
      json.put("trials", trials.stream().map(Trial::json).toList());
    }
    terminal.result(json);
  }
}
