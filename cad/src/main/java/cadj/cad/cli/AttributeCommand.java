package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Tape;
import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionPart;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.AttributionSettings;
import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.Estimators;
import cadj.cad.attribution.Inputs;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.attribution.TapeMemory;
import cadj.cad.attribution.TrajectoryRange;
import cadj.cad.inspect.Settings;
import cadj.cad.picture.PictureFolder;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.TypeConversionException;

/// `cadj attribute`: scores a model's weights for a concept.
@Command(
    name = "attribute",
    header = "Scores what each weight does for a concept.",
    description = {
      "",
      "The score of a weight is what an objective is estimated to lose if it is zeroed, from the"
          + " objective's derivatives. Stopped at any moment and started again"
          + " with the same arguments, it goes on where it was, and ends with the same bits.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  cadj attribute --concept sneaker --schedule-steps 10 --samples 4 \\",
      "    --out sneaker.safetensors",
      "  cadj edit --attribution sneaker.safetensors --erase --ratio 0.03 \\",
      "    --out no-sneaker.safetensors",
      "  cadj generate --prompt \"a sneaker\" --patch no-sneaker.safetensors"
    })
final class AttributeCommand implements Runnable {
  @ParentCommand private Main main;

  @Mixin private ModelOptions model;

  @Option(
      names = {"-c", "--concept"},
      required = true,
      paramLabel = "TEXT",
      description = "The concept.")
  private String concept;

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description =
          "A way to ask for it (default: the concept itself). Repeat for several; scores are means"
              + " over them.")
  private @Nullable List<String> prompts;

  @Option(
      names = "--base",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "What the concept is compared with when erasing (default: the empty prompt).")
  private String base;

  @Option(
      names = "--objective",
      defaultValue = "erase",
      paramLabel = "erase|amplify",
      description =
          "erase: what the concept adds over the base; amplify: how well its pictures are denoised"
              + " (default: ${DEFAULT-VALUE}).")
  private ObjectiveKind objective;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "Amplify on the pictures of this folder (default: on pictures that the model draws).")
  private @Nullable Path images;

  @Option(
      names = "--pictures",
      defaultValue = "8",
      paramLabel = "N",
      description = "How many pictures the model draws to amplify on (default: ${DEFAULT-VALUE}).")
  private int pictures;

  @Option(
      names = "--mode",
      defaultValue = "corrected",
      description =
          "corrected, or reference: the published code, quirks included (default:"
              + " ${DEFAULT-VALUE}).")
  private Mode mode;

  @Option(
      names = "--estimator",
      paramLabel = "NAME",
      completionCandidates = EstimatorNames.class,
      converter = EstimatorNames.class,
      description =
          "What is made of the objective's derivatives: ${COMPLETION-CANDIDATES}; settings may be"
              + " left out or changed, as in mean-point:p=0.01 for sets of 1 %% of the weights"
              + " (default: mean-point, which tells what sets of weights do; in reference mode"
              + " first-order, as the published code has it).")
  private @Nullable Estimator estimator;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      description =
          "Sampler whose schedule is scored: ${COMPLETION-CANDIDATES} (default: the one that the"
              + " model's folder names; in reference mode ddim, as the published code has it).")
  private Scheduler.@Nullable Kind scheduler;

  @Option(
      names = "--steps",
      paramLabel = "K",
      description = "How many of the schedule's time steps are scored (default: all).")
  private @Nullable Integer steps;

  @Option(
      names = "--schedule-steps",
      defaultValue = "50",
      paramLabel = "S",
      description = "Time steps of the schedule (default: ${DEFAULT-VALUE}).")
  private int scheduleSteps;

  @Option(
      names = "--samples",
      defaultValue = "1",
      paramLabel = "N",
      description = "Noise samples (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--guidance",
      defaultValue = "3",
      description = "Weight of the prompt while latents are sampled (default: ${DEFAULT-VALUE}).")
  private double guidance;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of all noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--latents",
      paramLabel = "FILE[:KEY]",
      description =
          "Start noise to erase with, instead of --seed: [samples,C,h,w], in reference mode one per"
              + " iteration.")
  private @Nullable String latents;

  @Option(
      names = "--sites",
      defaultValue = "ff",
      split = ",",
      paramLabel = "SITE",
      description =
          "Which parameters: of the denoiser ff, attention, convolution, norm or all; of the text"
              + " encoders text-ff, text-attention, text-norm, text-embeddings or text-all; several"
              + " with commas between (default: ${DEFAULT-VALUE}).")
  private List<Sites> sites;

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
      names = "--trajectories",
      paramLabel = "RANGE",
      converter = RangeConverter.class,
      description =
          "Take only some of the trajectories, one for each prompt and noise sample: such as 3-5,"
              + " counted from 1. The result is a part, to be merged with the others by cadj merge;"
              + " parts can be computed in different processes, on different machines.")
  private @Nullable TrajectoryRange trajectories;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "The attribution: score/<parameter>, and grad/<parameter> with --grads.")
  private Path out;

  /// The catalogue of estimators for picocli.
  static final class EstimatorNames implements Iterable<String>, ITypeConverter<Estimator> {
    @Override
    public Iterator<String> iterator() {
      return Estimators.ALL.stream().map(Estimator::name).iterator();
    }

    @Override
    public Estimator convert(String name) {
      try {
        return Estimators.named(name);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /// Ranges of trajectories for picocli.
  static final class RangeConverter implements ITypeConverter<TrajectoryRange> {
    @Override
    public TrajectoryRange convert(String text) {
      try {
        return TrajectoryRange.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    require(samples >= 1, "--samples: expected at least 1, got %d", samples);
    require(pictures >= 1, "--pictures: expected at least 1, got %d", pictures);
    require(Double.isFinite(guidance), "--guidance: expected a finite number, got %s", guidance);
    require(!concept.isBlank(), "--concept: expected a text, got an empty one");
    refuseUnusedOptions();
    OutputFile.require(out);
    ModelFiles folder = model.open(terminal);
    mode.requireFits("--mode", folder.schedule());
    main.onDevice(() -> attribute(folder, terminal));
  }

  private void attribute(ModelFiles folder, Terminal terminal) {
    MemoryPlan plan = plan(folder);
    terminal.detail(plan::line);
    plan.run(folder(), () -> attribute(folder, plan, terminal));
  }

  /// Where a temporary file may lie: the disk that results are written to.
  private Path folder() {
    Path parent = out.toAbsolutePath().getParent();
    return parent == null ? out.toAbsolutePath() : parent;
  }

  private MemoryPlan plan(ModelFiles folder) {
    Shape form = folder.latentForm().shape(pictures);
    Shape latent = latents == null ? form : LatentsFile.shape(latents, form);
    int before = samples * texts().size() - 1;
    long finished =
        trajectories == null
            ? (before > 0 ? Double.BYTES : 0)
            : (long) Float.BYTES * (trajectories.last() - trajectories.first());
    if (spread) {
      finished += 2L * Float.BYTES * (before + 1); // its sums, then its scores
    }
    return MemoryPlan.attribution(
        folder, sites, latent, objective == ObjectiveKind.AMPLIFY, estimator(), finished, folder());
  }

  private boolean attribute(ModelFiles files, MemoryPlan plan, Terminal terminal) {
    ModelFiles folder = plan.load(files);
    TextToImage pipeline = TextToImage.load(folder);
    List<String> all = new ArrayList<>(texts());
    all.add(base);
    new LostText(pipeline.text()).tellOf(terminal, all);
    AttributionSettings settings = settings(pipeline);
    Path partial = out.resolveSibling(out.getFileName() + ".partial");
    Attribution attribution =
        settings.attribution(folder, pipeline, inputs(pipeline, settings, terminal), partial);
    Collection<Tensor> watched = attribution.watched().values();
    int sums = plan.spills() ? 0 : estimator().sums().size();
    long budget =
        trajectories == null
            ? TapeMemory.bytes(watched, sums, attribution.points().trajectories())
            : TapeMemory.bytesForPart(watched, sums, trajectories);
    try (Terminal.Bar bar = terminal.bar("attributing", 1)) {
      Tape.within(budget, () -> save(attribution, bar, plan, terminal));
    }
    attribution.deletePartial();
    return true;
  }

  private boolean save(
      Attribution attribution, Terminal.Bar bar, MemoryPlan plan, Terminal terminal) {
    if (trajectories == null) {
      AttributionResult result =
          spread ? attribution.runApart(grads, bar::at) : attribution.run(grads, bar::at);
      bar.close();
      AttributionFile.write(out, result);
      report(terminal, attribution, result, plan);
    } else {
      AttributionPart part = attribution.part(trajectories, bar::at);
      bar.close();
      part.write(out);
      report(terminal, attribution, trajectories, plan);
    }
    return true;
  }

  /// Options that would change nothing are mistakes.
  private void refuseUnusedOptions() {
    switch (objective) {
      case ERASE -> {
        require(images == null, "--images: only for --objective amplify");
        require(
            texts().stream().anyMatch(prompt -> !prompt.equals(base)),
            "--prompt: expected another text than --base \"%s\", or nothing is scored",
            base);
      }
      case AMPLIFY -> {
        require(base.isEmpty(), "--base: only for --objective erase");
        require(latents == null, "--latents: not for --objective amplify, whose noise is --seed's");
      }
    }
    require(trajectories == null || !grads, "--grads: not with --trajectories; cadj merge has it");
    require(
        trajectories == null || !spread, "--spread: not with --trajectories; cadj merge has it");
  }

  private AttributionSettings settings(TextToImage pipeline) {
    return new AttributionSettings(
        concept,
        texts(),
        base,
        objective,
        mode,
        estimator(),
        new ScoredSteps(sampler(pipeline), scheduleSteps, steps == null ? scheduleSteps : steps),
        samples,
        guidance,
        seed,
        sites);
  }

  private Estimator estimator() {
    return estimator == null ? Estimators.standard(mode) : estimator;
  }

  private List<String> texts() {
    return prompts == null ? List.of(concept) : prompts;
  }

  private Scheduler.Kind sampler(TextToImage pipeline) {
    if (scheduler != null) {
      return scheduler;
    }
    return switch (mode) {
      case CORRECTED -> pipeline.schedule().kind();
      case REFERENCE -> Scheduler.Kind.DDIM;
    };
  }

  private Inputs inputs(TextToImage pipeline, AttributionSettings settings, Terminal terminal) {
    return switch (objective) {
      case ERASE ->
          latents == null
              ? Inputs.startNoise(pipeline, settings)
              : Inputs.startNoise(LatentsFile.read(latents), latents, settings);
      case AMPLIFY -> {
        if (images == null) {
          try (Terminal.Bar bar = terminal.bar("drawing the concept", scheduleSteps)) {
            yield Inputs.drawn(pipeline, settings, pictures, bar::at);
          }
        }
        LatentForm form = pipeline.denoiser().latentForm();
        int factor = pipeline.vae().config().downsampleFactor();
        Tensor read =
            PictureFolder.read(
                PictureFolder.files(images), form.height() * factor, form.width() * factor);
        yield Inputs.pictures(pipeline, settings, read, images.toString());
      }
    };
  }

  private void report(
      Terminal terminal, Attribution attribution, AttributionResult result, MemoryPlan plan) {
    if (result.isZero()) {
      terminal.note("all scores are zero: nothing that was scored changes the objective");
    } else if (Arrays.stream(result.objectives()).allMatch(j -> j == 0)) {
      terminal.note(
          "J is zero: to this model the prompt is the same as --base, and scores tell only what"
              + " breaks it");
    }
    long weights = attribution.watched().values().stream().mapToLong(Tensor::elements).sum();
    terminal.say(
        "%s: %,d weights of %d parameters scored for \"%s\"",
        out, weights, attribution.watched().size(), concept);
    terminal.say(
        "Next: %s edit --attribution %s --%s --ratio 0.03 --out patch.safetensors",
        Terminal.program(), out, objective.name().toLowerCase(Locale.ROOT));
    Map<String, Object> json = Settings.typed(AttributionFile.settings(result));
    json.put("file", out.toString());
    json.put("parameters", attribution.watched().size());
    json.put("weights", weights);
    json.put("timesteps", result.plainTimesteps());
    json.put("objectives", result.objectives());
    json.put("memory", plan.json());
    terminal.detail(plan::peakLine);
    terminal.result(json);
  }

  private void report(
      Terminal terminal, Attribution attribution, TrajectoryRange part, MemoryPlan plan) {
    int all = attribution.points().trajectories();
    terminal.say("%s: trajectories %s of %d for \"%s\"", out, part, all, concept);
    terminal.say(
        "Next, when all are there: %s merge PART... --out merged.safetensors", Terminal.program());
    Map<String, Object> json = Settings.typed(attribution.identity());
    json.put("file", out.toString());
    json.put("trajectories", part.toString());
    json.put("all_trajectories", all);
    json.put("memory", plan.json());
    terminal.detail(plan::peakLine);
    terminal.result(json);
  }
}
