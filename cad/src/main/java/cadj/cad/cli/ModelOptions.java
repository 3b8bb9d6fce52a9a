package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.models.files.EditedDenoiser;
import cadj.models.files.ModelFiles;
import cadj.models.lora.Lora;
import cadj.models.lora.LoraModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The options that say which model a command works with.
final class ModelOptions {
  private static final String DEFAULT = "fashion";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME|DIR|FILE",
      description =
          "An embedded model, a model folder, or Stable Diffusion in one file (default: "
              + DEFAULT
              + ").")
  private @Nullable String model;

  @Option(
      names = "--unet",
      paramLabel = "FILE",
      description =
          "Lay an edited UNet, or Stable Diffusion 3's transformer, over the model's, as ESD, UCE,"
              + " RECE and ConceptPrune save them: all parameters or some, safetensors or"
              + " torch.save.")
  private @Nullable Path unet;

  @Option(
      names = "--lora",
      paramLabel = "FILE[:SCALE]",
      converter = LoraConverter.class,
      description =
          "Merge a LoRA into the model: a file of kohya's, diffusers' or peft's form. Scale 1 is as"
              + " trained, which is the default; a negative one goes the other way. Repeat for"
              + " several.")
  private @Nullable List<Lora> loras;

  /// LoRAs for picocli.
  static final class LoraConverter implements ITypeConverter<Lora> {
    @Override
    public Lora convert(String text) {
      try {
        return Lora.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Option(
      names = "--config",
      paramLabel = "DIR",
      description =
          "Of a file of no published size: a model folder with its configurations, tokenizers and"
              + " scheduler.")
  private @Nullable Path config;

  @Mixin private PromptOptions prompts;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Which of a folder's weights to take, such as fp16 for model.fp16.safetensors (default:"
              + " the plain ones, or the only variant).")
  private @Nullable String variant;

  /// The name or path that was asked for, or the default.
  String name() {
    return model == null ? DEFAULT : model;
  }

  /// The name or path that was asked for, if one was.
  @Nullable String asked() {
    return model;
  }

  /// The edited UNet that was asked for, if one was.
  @Nullable Path unet() {
    return unet;
  }

  /// Refuses all but --model and --unet.
  ///
  /// @param why such as "not with --attribution"
  void requireNoMore(String why) {
    require(loras == null, "--lora: %s", why);
    require(config == null, "--config: %s", why);
    require(variant == null, "--variant: %s", why);
    require(
        prompts.text().isEmpty(),
        "--tokenizer, --embedding, --prompt-weights, --long-prompts, --no-t5, --t5-length: %s",
        why);
  }

  /// What was asked for, as text that pictures carry.
  SequencedMap<String, String> text() {
    SequencedMap<String, String> text = new LinkedHashMap<>();
    text.put("model", name());
    if (config != null) {
      text.put("config", config.toString());
    }
    if (variant != null) {
      text.put("variant", variant);
    }
    text.putAll(prompts.text());
    return text;
  }

  /// Opens it.
  ///
  /// @param terminal is told what was chosen, left out or changed while reading
  ModelFiles open(Terminal terminal) {
    return open(name(), terminal);
  }

  /// The model of that name or path, with what the other options say.
  ModelFiles open(String name, Terminal terminal) {
    ModelFiles files = ModelFiles.open(name, config, variant, terminal::note);
    ModelFiles edited = edited(files, unet, terminal);
    return prompts.applyTo(merged(edited, loras == null ? List.of() : loras, terminal));
  }

  /// `model` with an edited denoiser, if there is one.
  static ModelFiles edited(ModelFiles model, @Nullable Path unet, Terminal terminal) {
    if (unet == null) {
      return model;
    }
    EditedDenoiser edited = EditedDenoiser.of(model.source(), unet);
    terminal.note(
        "%s: replaces %,d of the denoiser's %,d parameters"
            .formatted(unet, edited.replaced(), edited.parameters()));
    return model.with(edited);
  }

  /// `model` with `loras` merged.
  static ModelFiles merged(ModelFiles model, List<Lora> loras, Terminal terminal) {
    if (loras.isEmpty()) {
      return model;
    }
    LoraModel merged = LoraModel.of(model.source(), loras);
    merged.merged().forEach(lora -> terminal.note(lora.toString()));
    return model.with(merged);
  }
}
