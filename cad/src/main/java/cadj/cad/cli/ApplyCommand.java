package cadj.cad.cli;

import cadj.cad.attribution.AttributionSettings;
import cadj.cad.edit.EditedModel;
import cadj.cad.edit.ModelCard;
import cadj.cad.edit.Patch;
import cadj.models.files.ModelFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `cadj apply`: patches into a whole model folder, or out of one.
@Command(
    name = "apply",
    header = "Writes a whole model folder with patches applied, or taken back.",
    description = {
      "",
      "The folder loads in diffusers as it does here. It holds what the pipeline needs and nothing"
          + " else: weights that no patch changes are hard links where the disk allows it. A"
          + " README.md says what was edited, from what, and how.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  cadj apply fashion no-sneaker.safetensors --full edited",
      "  cadj generate --model edited --prompt \"a sneaker\"",
      "  cadj apply edited no-sneaker.safetensors --revert --full original"
    })
final class ApplyCommand implements Runnable {
  @ParentCommand private Main main;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "An embedded model, a model folder or a file; with --revert, the edited folder. What the"
              + " patches name besides (--config, --unet, --lora) is taken from them.")
  private String model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATCH",
      description = "Patches from cadj edit, in order.")
  private List<Path> files;

  @Option(
      names = "--revert",
      description =
          "Take the patches back: all that MODEL was edited with. The weights are then what they"
              + " were, to the bit.")
  private boolean revert;

  @Option(
      names = "--full",
      required = true,
      paramLabel = "DIR",
      description = "The folder to write, new.")
  private Path target;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    OutputFile.requireNew(target);
    List<Patch> patches = files.stream().map(Patch::read).toList();
    EditedModel.Written written;
    if (revert) {
      requireOneModel(patches);
      String variant = patches.getFirst().metadata().get(AttributionSettings.VARIANT);
      ModelFiles edited = ModelFiles.open(model, null, variant, terminal::note);
      written = EditedModel.revert(edited, patches, ModelCard.ofReverted(model, files), target);
    } else {
      List<Map<String, String>> made = patches.stream().map(Patch::metadata).toList();
      ModelFiles plain = FileModel.open(files, made, model, terminal);
      written = EditedModel.write(plain, patches, ModelCard.of(model, patches, files), target);
    }
    long weights = patches.stream().mapToLong(Patch::size).sum();
    terminal.say("%s: %,d weights %s", target, weights, revert ? "as they were" : "changed");
    say(terminal, written);
    ModelFiles made = ModelFiles.open(target);
    String hash = made.denoiserHash();
    if (revert && patches.stream().allMatch(patch -> patch.fits(made))) {
      terminal.say("The weight files are the original's, byte for byte.");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", target.toString());
    json.put("weights", weights);
    json.put("edited", written.edited());
    json.put("left_out", written.leftOut());
    json.put(Patch.MODEL_HASH, hash);
    terminal.result(json);
  }

  /// Patches that are taken back together were made for the same model.
  private void requireOneModel(List<Patch> patches) {
    String first = String.valueOf(patches.getFirst().metadata().get(Patch.MODEL_HASH));
    for (int i = 1; i < patches.size(); i++) {
      try {
        patches.get(i).requireFits(first);
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(files.get(i) + ": " + e.getMessage());
      }
    }
  }

  /// What of the model was left out, for people.
  static void say(Terminal terminal, EditedModel.Written written) {
    written.notes().forEach(terminal::note);
    List<String> left = written.leftOut();
    if (!left.isEmpty()) {
      int shown = Math.min(5, left.size());
      terminal.say(
          "Left out, as the pipeline does not need them: %s%s",
          String.join(", ", left.subList(0, shown)),
          left.size() > shown ? " and %d more".formatted(left.size() - shown) : "");
    }
  }
}
