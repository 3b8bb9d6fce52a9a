package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.edit.Ablation;
import cadj.cad.inspect.AttributionReport;
import cadj.cad.judge.Judge;
import cadj.cad.unit.Breakdown;
import cadj.cad.unit.DrawnText;
import cadj.cad.unit.DrawnWithout;
import cadj.cad.unit.DrillDown;
import cadj.cad.unit.StepBreakdown;
import cadj.cad.unit.UnitBreakdown;
import cadj.cad.unit.UnitScore;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Options of `cadj inspect` about the parts of which an attribution's scores are summed.
final class UnitOptions {
  /// What scores are summed by.
  enum By {
    NEURON(Ablation.Per.NEURON),
    HEAD(Ablation.Per.HEAD),
    FILTER(Ablation.Per.FILTER),
    LAYER(Ablation.Per.LAYER),
    STEP(null);

    private final Ablation.@Nullable Per per;

    By(Ablation.@Nullable Per per) {
      this.per = per;
    }
  }

  private static final String PROMPTS = "prompts";

  @Option(
      names = "--by",
      paramLabel = "neuron|head|filter|layer|step",
      description =
          "Of an attribution: the sums of its scores by hidden neuron of the feed-forward blocks,"
              + " attention head, convolution filter, layer or time step.")
  private @Nullable By by;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Of --by and --html: so many of either sign (default: ${DEFAULT-VALUE}). The page has"
              + " them of every module.")
  private int top = 5;

  @Option(
      names = "--try",
      description =
          "Of --by: draw pictures with and without each of those, alone, and tell how they change."
              + " --html shows them.")
  private boolean isTried;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Of --try: pictures, of the attribution's prompts in turn (default: ${DEFAULT-VALUE}).")
  private int pictures = 4;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of --try: seed of the start noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  /// Of --try.
  @Mixin private JudgeFileOptions judging;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME|DIR|FILE",
      description =
          "Of --by head, --try and --html: the attribution's model, where it is not the one that"
              + " the file names.")
  private @Nullable String model;

  /// The first option given that only an attribution can answer, or null.
  @Nullable String asked() {
    return by != null ? "--by" : isTried ? "--try" : null;
  }

  /// Refuses what makes no sense, before any work.
  void requireSensible() {
    require(top >= 1, "--top: expected at least 1, got %d", top);
    require(pictures >= 1, "--pictures: expected at least 1, got %d", pictures);
    judging.requireSensible();
    require(
        !isTried || (by != null && by.per != null),
        "--try: expected --by neuron, head, filter or layer beside it%s",
        by == By.STEP ? ", found step" : "");
  }

  /// Tells the scores by what was asked for, and draws, if that was asked for.
  ///
  /// @param json gets what was found
  /// @return the page's part, or nothing where none is wanted
  String tell(AttributionReport report, boolean wantsPage, Map<String, Object> json, Main main) {
    Terminal terminal = main.terminal();
    SequencedMap<String, Tensor> scores = report.attribution().scores();
    Model files = new Model(report, terminal);
    DrawnWithout drawn = null;
    if (by != null) {
      Breakdown breakdown =
          by.per == null
              ? new StepBreakdown(report.attribution())
              : new UnitBreakdown(
                  by.per, UnitScore.of(by.per.units(scores, files::heads), scores), top);
      breakdown.lines().forEach(line -> terminal.say("%s", Terminal.plain(line)));
      json.putAll(breakdown.json());
      if (isTried && breakdown instanceof UnitBreakdown units) {
        drawn = drawn(report, units, files.open(), main);
        terminal.say("");
        DrawnText.lines(drawn).forEach(line -> terminal.say("%s", Terminal.plain(line)));
        json.put("tried", DrawnText.json(drawn));
      }
    }
    return wantsPage ? DrillDown.html(scores, files::headsOrNone, top, drawn) : "";
  }

  private DrawnWithout drawn(
      AttributionReport report, UnitBreakdown units, ModelFiles files, Main main) {
    String prompts = report.attribution().metadata().get(PROMPTS);
    if (prompts == null) {
      throw new CommandFailure(report.path() + ": --try: expected metadata prompts, found none");
    }
    Judge judge = judging.judge(files);
    DrawnWithout.Settings settings =
        new DrawnWithout.Settings(
            AttributionFile.texts(report.path(), PROMPTS, prompts),
            pictures,
            seed,
            AutoOptions.sampling(judge, files.schedule()),
            judge);
    DrawnWithout[] out = new DrawnWithout[1];
    List<UnitScore> tried =
        Stream.concat(units.mostPositive().stream(), units.mostNegative().stream()).toList();
    main.onDevice(
        () -> {
          try (Terminal.Bar bar = main.terminal().bar("pictures", 1)) {
            out[0] =
                DrawnWithout.of(
                    TextToImage.load(files),
                    settings,
                    report.attribution().scores(),
                    tried,
                    bar::at);
          }
        });
    return requireNonNull(out[0]);
  }

  /// The attribution's model, opened when it is asked for.
  private final class Model {
    private final AttributionReport report;
    private final Terminal terminal;
    private @Nullable ModelFiles files;
    private boolean isMissing;

    Model(AttributionReport report, Terminal terminal) {
      this.report = report;
      this.terminal = terminal;
    }

    ModelFiles open() {
      ModelFiles opened = files;
      if (opened == null) {
        Map<String, String> metadata = new LinkedHashMap<>(report.attribution().metadata());
        opened = FileModel.open(report.path(), metadata, model, terminal);
        files = opened;
      }
      return opened;
    }

    int heads(String parameter) {
      return parameter.contains("attn") ? open().heads(parameter) : 0;
    }

    /// 0 of every parameter, noted once, where there is no such model: its page then has no heads.
    int headsOrNone(String parameter) {
      if (isMissing) {
        return 0;
      }
      try {
        return heads(parameter);
      } catch (FileFormatException | CommandFailure e) {
        isMissing = true;
        terminal.note("heads are not shown: " + e.getMessage());
        return 0;
      }
    }
  }
}
