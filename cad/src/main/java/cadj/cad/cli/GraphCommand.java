package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.graph.PartRuns;
import cadj.models.files.ModelFiles;
import cadj.models.scheduler.PredictionType;
import cadj.models.scheduler.SchedulerConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `cadj graph`: the modules of a model as a tree, and the operations of a small function.
@Command(
    name = "graph",
    header = "Shows a model as a graph: modules with shapes, or single operations.",
    description = {
      "",
      "The modules of a part of the model by checkpoint key, with their classes, how many weights"
          + " they have, and the shapes of what goes in and comes out at one time step. With"
          + " --stats, what weights, activations and gradients are like: mean, deviation, largest"
          + " magnitude, zeros, and what is not finite.",
      "",
      "With --tape, the recorded operations of one module, or of a small regression (mlp), with"
          + " values and gradients, as SVG.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj graph",
      "  cadj graph --module mid_block --depth 3 --prompt \"a coat\" \\",
      "    --stats weights,activations,gradients --html mid.html",
      "  cadj graph --tape mid_block.resnets.0 --prompt \"a coat\" --svg resnet.svg",
      "  cadj graph --tape mlp --svg mlp.svg"
    })
final class GraphCommand implements Runnable {
  /// About the middle of the noise.
  private static final double TIMESTEP = 501;

  @ParentCommand private Main main;

  @Mixin private ModelOptions model;

  @Mixin private TreeOptions tree;

  @Mixin private TapeOptions tape;

  @Option(
      names = "--part",
      paramLabel = "NAME",
      description =
          "Which part of the model: unet or transformer, vae, text_encoder, text_encoder_2,"
              + " text_encoder_3, clip, classifier (default: the denoiser, which is one of the"
              + " first two). The last two are not run.")
  private String part = "";

  @Option(
      names = "--depth",
      paramLabel = "N",
      description =
          "Levels of modules that are shown; what is deeper is summed up (default: 2 in the"
              + " terminal, all in --json and --html; of --tape: as many as fit).")
  private @Nullable Integer depth;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      defaultValue = "",
      description =
          "Of activations, gradients and --tape: the prompt. Gradients are of the squared distance"
              + " between the predictions with it and with the empty one (of the VAE: between a"
              + " picture and its reconstruction).")
  private String prompt = "";

  @Option(
      names = "--timestep",
      paramLabel = "T",
      description =
          "The time step, from 0 to below num_train_timesteps of the model's scheduler, which is"
              + " usually 1000 (default: 501, or the last, if that is less).")
  private @Nullable Double timestep;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of the latents (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public void run() {
    require(depth == null || depth >= 0, "--depth: expected at least 0, got %s", depth);
    require(!tape.hasSvg() || tape.isAsked(), "--svg: only with --tape");
    require(!tape.isAsked() || !tree.isAsked(), "--tape: not with --html, --stats or --module");
    tree.requireWritable();
    tape.requireWritable();
    if (tape.isMlp()) {
      main.onDevice(() -> tape.mlp(seed, depth, main.terminal()));
      return;
    }
    ModelFiles files = model.open(main.terminal());
    if (part.isEmpty()) {
      part = files.pipeline().denoiser();
    }
    List<String> parts = ModelFiles.WITH_WEIGHTS.stream().filter(files::has).toList();
    require(
        parts.contains(part), "--part: expected one of %s, got %s", String.join(", ", parts), part);
    tree.requireModule(files, part);
    tape.requireModule(files, part);
    require(
        part.equals("vae") || !prompt.isEmpty() || !(tape.isAsked() || tree.hasGradients()),
        "--prompt: expected one, for the gradients of its difference from the empty one");
    PartRuns runs = new PartRuns(prompt, timestep(files), seed, 0);
    main.onDevice(
        () -> {
          if (tape.isAsked()) {
            tape.module(files, part, runs, depth, main.terminal());
          } else {
            tree.show(files, part, runs, depth, main.terminal());
          }
        });
  }

  private double timestep(ModelFiles files) {
    double last = lastTimestep(files.schedule());
    if (timestep == null) {
      return Math.min(TIMESTEP, last);
    }
    require(
        timestep >= 0 && timestep <= last,
        "--timestep: expected 0 to %.0f, got %s",
        last,
        timestep);
    return timestep;
  }

  /// Time steps number the training's noise levels from 0; those of flow models are its share,
  /// which is 1 at most, times their count.
  private static int lastTimestep(SchedulerConfig schedule) {
    int count = schedule.json().integerOr("num_train_timesteps", 1_000);
    return schedule.predictionType() == PredictionType.FLOW ? count : count - 1;
  }
}
