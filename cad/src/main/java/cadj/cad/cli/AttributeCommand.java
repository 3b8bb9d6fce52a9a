package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;
import static java.util.stream.Collectors.joining;

import cadj.autograd.graph.Tape;
import cadj.cad.attribution.AmplifyProcedure;
import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.ConceptPictures;
import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.EraseReference;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.Objective;
import cadj.cad.attribution.Procedure;
import cadj.cad.attribution.Sites;
import cadj.cad.attribution.TapeRoom;
import cadj.cad.edit.Patch;
import cadj.cad.inspect.Settings;
import cadj.cad.picture.PictureFolder;
import cadj.kernels.device.Device;
import cadj.kernels.random.TorchGenerator;
import cadj.models.folder.ModelFolder;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.file.Sha256;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `cadj attribute`: scores a model's weights for a concept.
@Command(
    name = "attribute",
    header = "Scores what each weight does for a concept.",
    description = {
      "",
      "The score of a weight w is w times the derivative of an objective by w: to first order, what"
          + " the objective loses if the weight is zeroed. Stopped at any moment and started again"
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
  private static final Duration SAVE_EVERY = Duration.ofSeconds(10);

  @ParentCommand private Main main;

  @Option(
      names = {"-m", "--model"},
      defaultValue = "fashion",
      paramLabel = "NAME|DIR",
      description = "An embedded model or a model folder (default: ${DEFAULT-VALUE}).")
  private String model;

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
      description =
          "erase: what the concept adds over the base; amplify: how well its pictures are denoised"
              + " (default: ${DEFAULT-VALUE}).")
  private Objective objective;

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
          "Which parameters: ff, attention, convolution, norm or all, or several of them with"
              + " commas between (default: ${DEFAULT-VALUE}).")
  private List<Sites> sites;

  @Option(names = "--grads", description = "Keep the raw gradients beside the scores.")
  private boolean grads;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "The attribution: score/<parameter>, and grad/<parameter> with --grads.")
  private Path out;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    require(samples >= 1, "--samples: expected at least 1, got %d", samples);
    require(pictures >= 1, "--pictures: expected at least 1, got %d", pictures);
    require(Double.isFinite(guidance), "--guidance: expected a finite number, got %s", guidance);
    refuseIdle();
    OutputFile.require(out);
    ModelFolder folder = ModelFolder.open(model);
    main.onDevice(() -> attribute(folder, terminal));
  }

  private void attribute(ModelFolder folder, Terminal terminal) {
    TextToImage pipeline = TextToImage.load(folder);
    SequencedMap<String, Tensor> watched = Sites.anyOf(sites, pipeline.unet().parameters());
    Map<String, String> identity = identity(folder);
    Procedure procedure =
        switch (objective) {
          case ERASE -> erase(pipeline, watched, identity);
          case AMPLIFY -> amplify(pipeline, watched, identity, terminal);
        };
    Path partial = out.resolveSibling(out.getFileName() + ".partial");
    Attribution attribution = new Attribution(procedure, watched, identity, partial, SAVE_EVERY);
    AttributionResult result;
    try (Terminal.Bar bar = terminal.bar("attributing", procedure.units())) {
      result = Tape.within(TapeRoom.bytes(watched.values()), () -> attribution.run(grads, bar::at));
    }
    AttributionFile.write(out, result);
    attribution.deletePartial();
    report(terminal, result, watched);
  }

  /// Options that would change nothing are mistakes.
  private void refuseIdle() {
    switch (objective) {
      case ERASE -> require(images == null, "--images: only for --objective amplify");
      case AMPLIFY -> {
        require(base.isEmpty(), "--base: only for --objective erase");
        require(latents == null, "--latents: not for --objective amplify, whose noise is --seed's");
      }
    }
  }

  private List<String> prompts() {
    return prompts == null ? List.of(concept) : prompts;
  }

  private int steps() {
    return steps == null ? scheduleSteps : steps;
  }

  private Procedure erase(
      TextToImage pipeline, SequencedMap<String, Tensor> watched, Map<String, String> identity) {
    int count =
        switch (mode) {
          case CORRECTED -> samples;
          case REFERENCE -> samples * prompts().size() * steps();
        };
    Tensor noise;
    if (latents == null) {
      noise = TextToImage.noise(pipeline.latentShape(count), new TorchGenerator(seed));
    } else {
      Tensor given = LatentsFile.read(latents);
      int r = given.rank();
      require(r >= 4, "--latents: expected [N,C,h,w], got %s", given.shape());
      noise = given.reshape(-1, given.dim(-3), given.dim(-2), given.dim(-1));
      identity.put("latents", latents);
      identity.remove("seed");
      int rounds = count / samples;
      identity.put("samples", Integer.toString(noise.dim(0) / rounds));
      identity.put("latents_hash", hash(noise));
    }
    return switch (mode) {
      case CORRECTED ->
          new EraseCorrected(
              pipeline, prompts(), base, noise, steps(), scheduleSteps, guidance, watched.values());
      case REFERENCE ->
          new EraseReference(
              pipeline, prompts(), base, noise, steps(), scheduleSteps, guidance, watched.values());
    };
  }

  /// Tells one content of a file or folder from another.
  private static String hash(Tensor values) {
    return new Sha256().add(values.toFloats()).hex();
  }

  private Procedure amplify(
      TextToImage pipeline,
      SequencedMap<String, Tensor> watched,
      Map<String, String> identity,
      Terminal terminal) {
    Tensor clean;
    if (images == null) {
      TextToImage.Settings settings =
          new TextToImage.Settings(scheduleSteps, guidance, Scheduler.Kind.DDIM);
      try (Terminal.Bar bar = terminal.bar("drawing the concept", scheduleSteps)) {
        clean =
            ConceptPictures.generated(pipeline, prompts(), pictures, seed, mode, settings, bar::at);
      }
    } else {
      int side = pipeline.unet().config().sampleSize() * pipeline.vae().config().downsampleFactor();
      Tensor read = PictureFolder.read(PictureFolder.files(images), side, side);
      identity.put("pictures_hash", hash(read));
      clean = ConceptPictures.real(pipeline, read, seed);
    }
    return new AmplifyProcedure(
        pipeline, prompts(), clean, samples, seed, steps(), scheduleSteps, mode, watched.values());
  }

  /// Everything the scores depend on.
  private Map<String, String> identity(ModelFolder folder) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("cadj", Main.Version.current());
    out.put("device", Device.current().name());
    out.put("model", folder.name());
    out.put(Patch.MODEL_HASH, folder.unetHash());
    out.put("parts_sha256", folder.partsHash());
    out.put("objective", lower(objective));
    out.put("mode", lower(mode));
    out.put("concept", concept);
    out.put("prompts", AttributionFile.json(prompts()));
    out.put("base", base);
    out.put("steps", Integer.toString(steps()));
    out.put("schedule_steps", Integer.toString(scheduleSteps));
    out.put("samples", Integer.toString(samples));
    out.put("guidance", Double.toString(guidance));
    out.put("seed", Long.toString(seed));
    out.put("sites", sites.stream().sorted().map(AttributeCommand::lower).collect(joining(",")));
    if (objective == Objective.AMPLIFY) {
      out.put("pictures", images == null ? Integer.toString(pictures) : images.toString());
    }
    return out;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void report(
      Terminal terminal, AttributionResult result, SequencedMap<String, Tensor> watched) {
    long weights = watched.values().stream().mapToLong(Tensor::elements).sum();
    terminal.say(
        "%s: %,d weights of %d parameters scored for \"%s\"",
        out, weights, watched.size(), concept);
    terminal.say(
        "Next: %s edit --attribution %s --%s --ratio 0.03 --out patch.safetensors",
        Terminal.program(), out, lower(objective));
    Map<String, Object> json = Settings.typed(AttributionFile.settings(result));
    json.put("file", out.toString());
    json.put("parameters", watched.size());
    json.put("weights", weights);
    json.put("timesteps", result.timesteps());
    json.put("objectives", result.objectives());
    terminal.result(json);
  }
}
