package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.Version;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.ModelIdentity;
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
  @ParentCommand private Main main;

  @Mixin private ModelOptions model;

  @Mixin private JudgeOptions judging;

  @Mixin private SamplerOption sampler;

  @Mixin private ScoreOptions scoring;

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
    TraceSettings settings = settings(files);
    settings.sampling().scheduler().start(files.schedule(), steps); // refuses what it cannot step
    OutputFile.require(new TraceFiles(out, plan).page());
    main.onDevice(() -> trace(files, plan, settings, terminal));
  }

  private void trace(ModelFiles files, TracePlan plan, TraceSettings settings, Terminal terminal) {
    AttributionResult given = scoring.given(files);
    MemoryPlan tracing = MemoryPlan.tracing(files, plan.block(), plan.keptBytes());
    MemoryPlan memory =
        given == null
            ? ScoreOptions.memory(files, samples, folder()).with(tracing, folder())
            : tracing;
    terminal.detail(memory::line);
    memory.run(
        folder(),
        () -> {
          trace(memory.load(files), plan, settings, given, terminal);
          return true;
        });
    terminal.detail(memory::peakLine);
  }

  private void trace(
      ModelFiles files,
      TracePlan plan,
      TraceSettings settings,
      @Nullable AttributionResult given,
      Terminal terminal) {
    TextToImage pipeline = TextToImage.load(files);
    settings.corruption().requireFits(pipeline.text(), settings.prompt());
    PictureMeasures tools = new PictureMeasures(judge(files, terminal), judging.clip(files));
    new LostText(pipeline.text()).tellOf(terminal, List.of(settings.prompt(), base));
    if (method == Method.BOTH && plan.rows(Procedure.SWAP).isEmpty()) {
      terminal.note("nothing is swapped: --layers names no cross-attention");
    }
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
    TraceScores scores =
        new TraceScores(
            result, given == null ? ScoreOptions.small(pipeline, settings, terminal) : given);
    written.write(result, scores, scoring.words(samples), Version.current());
    trace.deletePartial();
    tell(result, scores, written, terminal);
  }

  private static void tell(
      TraceResult result, TraceScores scores, TraceFiles written, Terminal terminal) {
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

  private TraceSettings settings(ModelFiles files) {
    Corruption corruption =
        switch (corrupt) {
          case NOISE -> new TokenNoise(word == null ? concept : word, noise);
          case BASE -> new BasePrompt();
        };
    Scheduler.Kind asked = sampler.asked();
    return new TraceSettings(
        concept,
        prompt == null ? concept : prompt,
        base,
        corruption,
        new TextToImage.Settings(steps, guidance, asked == null ? files.schedule().kind() : asked),
        stepWindow == null ? Math.ceilDiv(steps, 3) : stepWindow,
        samples,
        seed);
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
