package cadj.cad.cli;

import cadj.models.files.EditedDenoiser;
import cadj.models.files.ModelFiles;
import cadj.models.lora.Lora;
import cadj.models.lora.LoraModel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The options that say which model a command works with.
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      defaultValue = "fashion",
      paramLabel = "NAME|DIR",
      description = "An embedded model or a model folder (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--unet",
      paramLabel = "FILE",
      description =
          "Lay an edited UNet over the model's, as ESD, UCE, RECE and ConceptPrune save them: all"
              + " parameters or some, safetensors or torch.save.")
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

  /// The name or path that was asked for.
  String name() {
    return model;
  }

  /// Opens it.
  ///
  /// @param terminal is told what was merged
  ModelFiles open(Terminal terminal) {
    ModelFiles edited = edited(ModelFiles.open(model), unet, terminal);
    return merged(edited, loras == null ? List.of() : loras, terminal);
  }

  /// `model` with an edited denoiser, if there is one.
  static ModelFiles edited(ModelFiles model, @Nullable Path unet, Terminal terminal) {
    if (unet == null) {
      return model;
    }
    EditedDenoiser edited = EditedDenoiser.of(model.source(), unet);
    terminal.say(
        "%s: replaces %,d of the UNet's %,d parameters",
        unet, edited.replaced(), edited.parameters());
    return ModelFiles.of(edited);
  }

  /// `model` with `loras` merged.
  static ModelFiles merged(ModelFiles model, List<Lora> loras, Terminal terminal) {
    if (loras.isEmpty()) {
      return model;
    }
    LoraModel merged = LoraModel.of(model.source(), loras);
    merged.merged().forEach(lora -> terminal.say("%s", lora));
    return ModelFiles.of(merged);
  }
}
