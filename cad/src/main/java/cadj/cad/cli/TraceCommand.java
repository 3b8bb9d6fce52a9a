package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Tape;
import cadj.cad.Version;
import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.AttributionSettings;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.Inputs;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.ModelIdentity;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.attribution.TapeMemory;
import cadj.cad.edit.Patch;
import cadj.cad.judge.Judge;
import cadj.cad.trace.BasePrompt;
import cadj.cad.trace.Corruption;
import cadj.cad.trace.PictureMeasures;
import cadj.cad.trace.Procedure;
import cadj.cad.trace.TokenNoise;
import cadj.cad.trace.Trace;
import cadj.cad.trace.TraceFiles;
import cadj.cad.trace.TraceJson;
import cadj.cad.trace.TracePlan;
import cadj.cad.trace.TraceResult;
import cadj.cad.trace.TraceScores;
import cadj.cad.trace.TraceSettings;
import cadj.cad.trace.TraceText;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `cadj trace`: causal tracing of a concept, layer by layer.
@Command(
    name = "trace",
    header = "Traces which layers carry a concept into the picture.",
    description = {
      "",
      "Two procedures, beside each other and beside CAD's scores. restore: in a run whose text is"
          + " corrupted, one module's activations are put back as the clean run has them; what"
          + " comes back of the concept is its effect. swap: some consecutive cross-attention"
          + " layers get the base prompt; what goes is their effect. At all steps, and by window of"
          + " steps, with intervals over noise samples. Stopped and started again with the same"
          + " arguments, it goes on where it was.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj trace --concept sneaker --prompt \"a photo of a sneaker\"",
      "  cadj trace --concept sneaker --layers \"**.attn2\" --corrupt base --out attn2",
      "",
      "docs/inside.md explains what is computed, and what came out."
    })
final class TraceCommand implements Runnable {
  /// Time steps that are scored with, and noise samples, where no attribution is given.
  private static final int SCORED_SAMPLES = 2;

  @ParentCommand private Main main;

  @Mixin private ModelOptions model;

  @Mixin private JudgeOptions judging;

  @Option(
      names = {"-c", "--concept"},
      required = true,
      paramLabel = "TEXT",
      description = "The concept, by the name that the judge knows.")
  private String concept;

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "What asks for it (default: the concept itself).")
  private @Nullable String prompt;

  @Option(
      names = "--base",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "The prompt without it (default: the empty prompt).")
  private String base;

  @Option(
      names = "--method",
      defaultValue = "both",
      paramLabel = "restore|swap|both",
      description = "Which procedure (default: ${DEFAULT-VALUE}).")
  private Method method;

  @Option(
      names = "--corrupt",
      defaultValue = "noise",
      paramLabel = "noise|base",
      description =
          "How the concept is taken out of a corrupted run's text: noise on its tokens, or the base"
              + " prompt instead (default: ${DEFAULT-VALUE}).")
  private Corrupt corrupt;

  @Option(
      names = "--word",
      paramLabel = "TEXT",
      description = "The word or words of the prompt that noise falls on (default: the concept).")
  private @Nullable String word;

  @Option(
      names = "--noise",
      defaultValue = "10",
      paramLabel = "FACTOR",
      description =
          "How much noise, in standard deviations of the tokens' embeddings (default:"
              + " ${DEFAULT-VALUE}).")
  private double noise;

  @Option(
      names = "--layers",
      split = ",",
      paramLabel = "GLOB",
      description =
          "Which modules, by key: * is any part of one name between dots, ** any number of names;"
              + " several with commas between. Swapped are those of them that are cross-attentions"
              + " (default: **.attn1,**.attn2,**.ff,**.resnets.*; of a transformer"
              + " **.attn,**.attn2,**.ff,**.ff_context).")
  private List<String> layers = TracePlan.DEFAULT;

  @Option(
      names = "--window",
      paramLabel = "K",
      description =
          "Consecutive cross-attention layers that are swapped together (default: 5 of every 16).")
  private @Nullable Integer window;

  @Option(
      names = "--step-window",
      paramLabel = "N",
      description =
          "Steps of a window; as many as there are, or more, leaves only the column of all"
              + " (default: a third of them).")
  private @Nullable Integer stepWindow;

  @Option(
      names = "--samples",
      defaultValue = "8",
      paramLabel = "N",
      description = "Noise samples (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description =
          "Seed of the first sample; those after it have the next numbers (default:"
              + " ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--steps",
      defaultValue = "6",
      description = "Denoising steps (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--guidance",
      defaultValue = "4",
      description = "Weight of the prompt; 1 or less: no guidance (default: ${DEFAULT-VALUE}).")
  private double guidance;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      converter = EnumNames.OfSchedulers.class,
      description =
          "The sampler: ${COMPLETION-CANDIDATES} (default: the one that the model's folder names).")
  private Scheduler.@Nullable Kind scheduler;

  @Option(
      names = {"-a", "--attribution"},
      paramLabel = "FILE",
      description =
          "CAD's scores to show beside the effects (default: a small attribution of the concept,"
              + " first-order, to feed-forward, attention and convolutions).")
  private @Nullable Path attribution;

  @Option(
      names = {"-o", "--out"},
      defaultValue = "out/trace",
      paramLabel = "DIR",
      description = "Folder for page, heat map, JSON and pictures (default: ${DEFAULT-VALUE}).")
  private Path out;

  /// As `--method` has it.
  enum Method {
    RESTORE(Procedure.RESTORE),
    SWAP(Procedure.SWAP),
    BOTH(null);

    private final @Nullable Procedure only;

    Method(@Nullable Procedure only) {
      this.only = only;
    }

    private Set<Procedure> procedures() {
      return only == null ? EnumSet.allOf(Procedure.class) : EnumSet.of(only);
    }
  }

  /// As `--corrupt` has it.
  enum Corrupt {
    NOISE,
    BASE
  }

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    require(steps >= 1, "--steps: expected at least 1, got %d", steps);
    require(samples >= 1, "--samples: expected at least 1, got %d", samples);
    require(
        corrupt == Corrupt.NOISE || word == null,
        "--word: only with --corrupt noise, got %s",
        word);
    ModelFiles files = model.open(terminal);
    TracePlan plan = TracePlan.of(files, method.procedures(), layers, window, samples);
    OutputFile.require(new TraceFiles(out, plan).page());
    main.onDevice(() -> trace(files, plan, terminal));
  }

  private void trace(ModelFiles files, TracePlan plan, Terminal terminal) {
    AttributionResult given = attribution == null ? null : given(files);
    MemoryPlan memory = memory(files, plan, given == null);
    terminal.detail(memory::line);
    memory.run(
        folder(),
        () -> {
          trace(memory.load(files), plan, given, terminal);
          return true;
        });
    terminal.detail(memory::peakLine);
  }

  private AttributionResult given(ModelFiles files) {
    AttributionResult read = AttributionFile.read(attribution);
    String hash = read.metadata().getOrDefault(Patch.MODEL_HASH, "none");
    if (!hash.equals(files.denoiserHash())) {
      throw new CommandFailure(
          "--attribution: %s is of another model than %s".formatted(attribution, files.name()));
    }
    return read;
  }

  private void trace(
      ModelFiles files, TracePlan plan, @Nullable AttributionResult given, Terminal terminal) {
    TextToImage pipeline = TextToImage.load(files);
    TraceSettings settings = settings(pipeline);
    new LostText(pipeline.text()).tellOf(terminal, List.of(settings.prompt(), base));
    if (method == Method.BOTH && plan.rows(Procedure.SWAP).isEmpty()) {
      terminal.note("nothing is swapped: --layers names no cross-attention");
    }
    PictureMeasures tools = new PictureMeasures(judge(files, terminal), judging.clip(files));
    SequencedMap<String, String> identity = ModelIdentity.of(files);
    identity.putAll(settings.identity());
    identity.put("layers", String.join(",", layers));
    identity.put("rows", Integer.toString(plan.rows().size()));
    identity.putAll(judging.identity());
    TraceFiles written = new TraceFiles(out, plan);
    Trace trace =
        new Trace(pipeline, settings, plan, tools, written, written.unfinished(), identity);
    TraceResult result;
    try (Terminal.Bar bar = terminal.bar("tracing", 1)) {
      result = trace.run(bar::at);
    }
    AttributionResult scored = given == null ? scored(pipeline, settings, terminal) : given;
    TraceScores scores = new TraceScores(result, scored);
    written.write(result, scores, scoresFrom(), Version.current());
    trace.deletePartial();
    TraceText.lines(result, scores).forEach(terminal::say);
    TraceText.notes(result).forEach(terminal::note);
    terminal.say("");
    terminal.say("Look at %s", written.page());
    Map<String, Object> json = new LinkedHashMap<>(TraceJson.of(result, scores));
    json.put("page", written.page().toString());
    json.put("map", written.map().toString());
    json.put("file", written.json().toString());
    terminal.result(json);
  }

  /// The judge, if it knows the concept. One that was asked for must.
  private @Nullable Judge judge(ModelFiles files, Terminal terminal) {
    Judge judge = judging.judge(files);
    if (judge == null) {
      return null;
    }
    try {
      judge.kindOf(concept);
      return judge;
    } catch (IllegalArgumentException unknown) {
      if (judging.namesJudge()) {
        throw unknown;
      }
      terminal.note(unknown.getMessage() + ": effects have no probability");
      return null;
    }
  }

  private TraceSettings settings(TextToImage pipeline) {
    Corruption corruption =
        switch (corrupt) {
          case NOISE -> new TokenNoise(word == null ? concept : word, noise);
          case BASE -> new BasePrompt();
        };
    return new TraceSettings(
        concept,
        prompt == null ? concept : prompt,
        base,
        corruption,
        new TextToImage.Settings(
            steps, guidance, scheduler == null ? pipeline.schedule().kind() : scheduler),
        stepWindow == null ? Math.ceilDiv(steps, 3) : stepWindow,
        samples,
        seed);
  }

  /// The scores of a small attribution.
  private AttributionResult scored(
      TextToImage pipeline, TraceSettings settings, Terminal terminal) {
    AttributionSettings small =
        new AttributionSettings(
            concept,
            List.of(settings.prompt()),
            base,
            ObjectiveKind.ERASE,
            Mode.CORRECTED,
            new FirstOrder(),
            new ScoredSteps(settings.sampling().scheduler(), steps, steps),
            Math.min(samples, SCORED_SAMPLES),
            guidance,
            seed,
            List.of(Sites.FF, Sites.ATTENTION, Sites.CONVOLUTION));
    Attribution run = small.unsaved(pipeline, Inputs.startNoise(pipeline, small).values());
    long budget =
        TapeMemory.bytes(
            run.watched().values(), run.estimator().sums().size(), run.points().trajectories());
    try (Terminal.Bar bar = terminal.bar("scoring weights", 1)) {
      return Tape.within(budget, () -> run.run(false, bar::at));
    }
  }

  private String scoresFrom() {
    return attribution == null
        ? "first-order, %d noise samples, all steps, of feed-forward, attention and convolutions"
            .formatted(Math.min(samples, SCORED_SAMPLES))
        : attribution.toString();
  }

  private MemoryPlan memory(ModelFiles files, TracePlan plan, boolean scores) {
    MemoryPlan tracing = MemoryPlan.tracing(files, plan.block(), plan.keptBytes());
    return scores
        ? MemoryPlan.attribution(
                files,
                List.of(Sites.FF, Sites.ATTENTION, Sites.CONVOLUTION),
                files.latentForm().shape(1),
                false,
                new FirstOrder(),
                samples > 1 ? Double.BYTES : 0,
                folder())
            .with(tracing, folder())
        : tracing;
  }

  /// Where a temporary file may lie: the disk that results are written to.
  private Path folder() {
    Path folder = out.toAbsolutePath();
    while (!Files.isDirectory(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    return folder;
  }
}
