package cadj.cad.cli;

import cadj.models.convert.Conversion;
import cadj.models.convert.StoredAs;
import cadj.models.files.ModelFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `cadj convert`: a model to a folder or to one file.
@Command(
    name = "convert",
    header = "Writes a model as a folder for diffusers, or as one file.",
    description = {
      "",
      "Reads any model that the other commands do, with what --lora, --unet and the like change,"
          + " and writes all of its pipeline: --to a folder in diffusers' layout, which must be"
          + " new, or --to a .safetensors file in the original layout, as Stable Diffusion was"
          + " published and web UIs read it. Tensors go through memory one by one.",
      "",
      "A file holds weights only. Where the model is not one of the published ones, reading the"
          + " file takes a folder that describes it: keep one, and give it with --config.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj convert fashion --to fashion-folder",
      "  cadj convert v1-5-pruned.safetensors --to stable-diffusion-v1-5 --dtype f16",
      "  cadj convert path/to/edited-model --to edited-model.safetensors"
    })
final class ConvertCommand implements Runnable {
  private static final String FILE = ".safetensors";

  @ParentCommand private Main main;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME|DIR|FILE",
      description = "The model, if not given with --model.")
  private @Nullable String positional;

  @Mixin private ModelOptions model;

  @Option(
      names = {"-o", "--to"},
      required = true,
      paramLabel = "DIR|FILE",
      description = "A new folder, or a file whose name ends in .safetensors.")
  private Path to;

  @Option(
      names = "--dtype",
      defaultValue = "as-is",
      paramLabel = "TYPE",
      description =
          "Type of the weights: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, each tensor's"
              + " own). A number beyond what the type holds is an error.")
  private StoredAs dtype;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    boolean toFile = to.toString().toLowerCase(Locale.ROOT).endsWith(FILE);
    if (!toFile && to.toString().matches("(?i).*\\.(ckpt|pth?|bin)")) {
      throw new CommandFailure(
          "--to %s: expected a folder or a name that ends in %s; files of torch.save are read, not"
                  .formatted(to, FILE)
              + " written");
    }
    String name = positional == null ? model.name() : positional;
    if (toFile) {
      OutputFile.require(to, Path.of(name));
    } else {
      OutputFile.requireNew(to);
    }
    ModelFiles source = model.open(name, terminal);
    List<String> notes;
    try (Terminal.Bar bar = terminal.bar("convert", 1)) {
      Conversion conversion = new Conversion(source, dtype, bar::at);
      notes = toFile ? conversion.toFile(to) : conversion.toFolder(to);
    }
    terminal.say("%s: written from %s, weights %s", to, source.name(), dtype);
    notes.forEach(terminal::note);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", source.name());
    json.put("to", to.toString());
    json.put("layout", toFile ? "original" : "diffusers");
    json.put("dtype", dtype.toString());
    terminal.result(json);
  }
}
