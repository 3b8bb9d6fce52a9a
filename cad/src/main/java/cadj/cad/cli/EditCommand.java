package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.cad.edit.Ablation;
import cadj.cad.edit.EditedModel;
import cadj.cad.edit.ModelCard;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditTask;
import cadj.models.files.ModelFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `cadj edit`: an attribution, or a concept and a method, to a patch or to a whole edited model.
@Command(
    name = "edit",
    header = "Edits a model so that a concept goes, or comes.",
    description = {
      "",
      "Two ways. With --attribution, the weights go that it points at; those whose score has the"
          + " wrong sign are spared, except with --both; the model is the one that the attribution"
          + " names, or where --model says. With --concept, one of several published or own methods"
          + " finds the edit by itself; with --auto at the smallest strength that suffices, told"
          + " by a judge of pictures.",
      "Writes a patch, a file that cadj generate applies, or with --full a whole edited model"
          + " folder.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj edit --attribution sneaker.safetensors --erase --ratio 0.03 \\",
      "    --out no-sneaker.safetensors",
      "  cadj edit --concept sneaker --method uce --out no-sneaker.safetensors",
      "  cadj edit --concept sneaker --auto --keep 0.95 --out no-sneaker.safetensors",
      "  cadj edit --model sd14 --concept \"Van Gogh\" --target \"Van Gogh=art\" \\",
      "    --target \"a painting by Van Gogh=a painting\" --preserve others.txt \\",
      "    --method uce --set expansion=art --full sd14-without"
    })
final class EditCommand implements Runnable {
  /// Columns that help takes where the terminal's width is not known.
  private static final int HELP_WIDTH = 80;

  @ParentCommand private Main main;

  private CommandSpec spec;

  /// Behind the examples, help lists the methods with their settings.
  @Spec
  void setSpec(CommandSpec spec) {
    this.spec = spec;
    List<String> footer = new ArrayList<>(List.of(spec.usageMessage().footer()));
    footer.add("");
    footer.add("Methods, with the defaults of the settings that --set changes:");
    footer.addAll(MethodNames.lines(HELP_WIDTH));
    spec.usageMessage().footer(footer.toArray(String[]::new));
  }

  @ArgGroup(validate = false, heading = "%nBy an attribution:%n", order = 1)
  private @Nullable AblationOptions ablation;

  @ArgGroup(validate = false, heading = "%nBy a method:%n", order = 3)
  private @Nullable MethodOptions method;

  @ArgGroup(heading = "%nWhat becomes of the concept:%n", order = 4)
  private @Nullable Kind kind;

  /// Which weights go, or what becomes of the concept.
  private static final class Kind {
    @Option(
        names = "--erase",
        description =
            "Zero the highest scores: what makes the concept appear. By a method: the default.")
    private boolean erase;

    @Option(
        names = "--amplify",
        description =
            "Zero the lowest scores: what holds the concept back. By a method: one that can.")
    private boolean amplify;

    @Option(
        names = "--both",
        description = "Zero both ends, whatever the signs. Only by an attribution.")
    private boolean both;

    void requireAny() {
      require(erase || amplify || both, "expected one of --erase, --amplify, --both to be true");
    }

    Ablation.Which which() {
      requireAny();
      return both ? Ablation.Which.BOTH : erase ? Ablation.Which.POSITIVE : Ablation.Which.NEGATIVE;
    }

    EditTask.Goal goal() {
      requireAny();
      require(!both, "--both: only with --attribution");
      return erase ? EditTask.Goal.ERASE : EditTask.Goal.AMPLIFY;
    }
  }

  @ArgGroup(heading = "%nHow much of it, by an attribution:%n", order = 2)
  private @Nullable Amount amount;

  /// How many weights.
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
  }

  @Mixin private ModelOptions model;

  @ArgGroup(multiplicity = "1", heading = "%nWhere to:%n", order = 5)
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

    Path path() {
      return requireNonNull(out != null ? out : full);
    }
  }

  /// What is to be written.
  ///
  /// @param report tells what was done, given the file or folder
  record Edit(ModelFiles model, Patch patch, Consumer<Path> report) {}

  @Override
  public void run() {
    if ((ablation == null) == (method == null)) {
      throw wrong("expected either --attribution or --concept");
    }
    String missing = ablation != null ? ablation.missing() : requireNonNull(method).missing();
    if (missing != null) {
      throw wrong(missing);
    }
    if (ablation != null) {
      byAttribution(ablation);
    } else {
      byMethod(requireNonNull(method));
    }
  }

  private void byAttribution(AblationOptions options) {
    if (kind == null) {
      throw wrong("--attribution: expected one of --erase, --amplify, --both beside it");
    }
    if (amount == null) {
      throw wrong("--attribution: expected --ratio or --count beside it");
    }
    if (target.out != null) {
      options.requireOther(target.out);
    }
    requireTarget();
    write(options.edit(kind.which(), amount.budget(), model, main.terminal()));
  }

  private void byMethod(MethodOptions options) {
    require(amount == null, "--ratio, --count: only with --attribution");
    EditTask.Goal goal = kind == null ? EditTask.Goal.ERASE : kind.goal();
    requireTarget();
    options.requireSensible(goal);
    ModelFiles files = model.open(main.terminal());
    main.onDevice(() -> write(options.edit(files, goal, main.terminal())));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void requireTarget() {
    if (target.out != null) {
      OutputFile.require(target.out);
    }
    if (target.full != null) {
      OutputFile.requireNew(target.full);
    }
  }

  private void write(Edit edit) {
    Terminal terminal = main.terminal();
    if (target.out != null) {
      edit.patch().write(target.out);
    }
    if (target.full != null) {
      String card = ModelCard.of(edit.model().name(), List.of(edit.patch()), List.of());
      ApplyCommand.say(
          terminal, EditedModel.write(edit.model(), List.of(edit.patch()), card, target.full));
    }
    edit.report().accept(target.path());
  }
}
