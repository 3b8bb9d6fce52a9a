package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;
import static java.util.stream.Collectors.joining;

import cadj.cad.edit.Patch;
import cadj.cad.edit.Provenance;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings of an attribution: all that its scores depend on beside the model and the [Inputs].
///
/// @param concept its name; texts are `prompts`
/// @param prompts ways to ask for the concept
/// @param base what the concept is compared with when erasing
/// @param steps which time steps are scored
/// @param samples noise samples
/// @param guidance weight of the prompt while latents are sampled
/// @param seed of all noise
public record AttributionSettings(
    String concept,
    List<String> prompts,
    String base,
    ObjectiveKind objective,
    Mode mode,
    Estimator estimator,
    ScoredSteps steps,
    int samples,
    double guidance,
    long seed,
    List<Sites> sites) {
  /// Metadata key of the variant of the model's weights, where one was asked for.
  public static final String VARIANT = "variant";

  /// Metadata key of the folder that describes a model's file, where one was given.
  public static final String CONFIG = "config";

  /// Metadata key of the edited UNet that is laid over the model's, if there is one: as `--unet`
  /// takes it.
  public static final String UNET = "unet";

  /// Metadata key of the LoRAs in the model, if there are any: a JSON list, as `--lora` takes them.
  public static final String LORAS = "loras";

  /// Metadata key of the estimator's name.
  static final String ESTIMATOR = "estimator";

  public AttributionSettings {
    require(samples >= 1, "samples: expected at least 1, got %d", samples);
    require(Double.isFinite(guidance), "guidance: expected a finite number, got %s", guidance);
    require(
        mode == Mode.CORRECTED || steps.sampler() == Scheduler.Kind.DDIM,
        "scheduler: reference mode samples with ddim, as the published code does, got %s",
        lower(steps.sampler()));
    for (Sites site : sites) {
      require(
          mode == Mode.CORRECTED || !site.isOfText(),
          "sites: reference mode scores the denoiser only, as the published code does, got %s",
          site);
    }
  }

  private boolean scoresText() {
    return sites.stream().anyMatch(Sites::isOfText);
  }

  /// A run over `inputs`: clean latents of pictures to amplify on, start noise to erase with.
  ///
  /// @param partial where to save unfinished work, or null
  public Attribution attribution(
      ModelFiles folder, TextToImage pipeline, Inputs inputs, @Nullable Path partial) {
    return attribution(pipeline, inputs.values(), identity(folder, inputs), partial);
  }

  /// A run that is kept in no file, so nothing needs to tell which one it was.
  public Attribution unsaved(TextToImage pipeline, Tensor inputs) {
    return attribution(pipeline, inputs, Map.of(), null);
  }

  private Attribution attribution(
      TextToImage pipeline, Tensor inputs, Map<String, String> identity, @Nullable Path partial) {
    TextToImage scored =
        scoresText() ? pipeline.withDenoiser(PromptedDenoiser.of(pipeline, prompts)) : pipeline;
    return new Attribution(
        points(scored, inputs),
        objective.in(mode),
        estimator,
        scored.denoiser().parameters(sites),
        identity,
        partial,
        Attribution.SAVING_SHARE);
  }

  private Points points(TextToImage pipeline, Tensor inputs) {
    return switch (objective) {
      case ERASE ->
          switch (mode) {
            case CORRECTED ->
                new EraseCorrected(pipeline, prompts, base, inputs, steps, guidance, seed);
            case REFERENCE ->
                new EraseReference(
                    pipeline,
                    prompts,
                    base,
                    inputs,
                    steps.steps(),
                    steps.scheduleSteps(),
                    guidance);
          };
      case AMPLIFY -> new AmplifyPoints(pipeline, prompts, inputs, samples, seed, steps, mode);
    };
  }

  /// How many start noises erasing takes.
  int startNoises() {
    return samples * noisesPerSample();
  }

  /// How many start noises erasing takes for each sample.
  int noisesPerSample() {
    return switch (mode) {
      case CORRECTED -> 1;
      case REFERENCE -> prompts.size() * steps.steps();
    };
  }

  /// Everything the scores depend on.
  private Map<String, String> identity(ModelFiles folder, Inputs inputs) {
    Map<String, String> out = ModelIdentity.of(folder);
    out.put("objective", lower(objective));
    out.put("mode", lower(mode));
    out.put(ESTIMATOR, estimator.name());
    out.put("concept", concept);
    out.put("prompts", Provenance.json(prompts));
    out.put("base", base);
    out.put("scheduler", lower(steps.sampler()));
    out.put("steps", Integer.toString(steps.steps()));
    out.put("schedule_steps", Integer.toString(steps.scheduleSteps()));
    out.put("samples", Integer.toString(samples));
    out.put("guidance", Double.toString(guidance));
    out.put("seed", Long.toString(seed));
    out.put("sites", sites.stream().sorted().distinct().map(Sites::toString).collect(joining(",")));
    if (scoresText()) {
      out.put(Patch.TEXT_HASH, folder.textEncodersHash());
    }
    out.putAll(inputs.identity());
    return out;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
