package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.Version;
import cadj.cad.graph.Findings;
import cadj.cad.graph.GraphPage;
import cadj.cad.graph.GraphText;
import cadj.cad.graph.ModuleTree;
import cadj.cad.graph.PartRuns;
import cadj.cad.graph.tape.Collapsed;
import cadj.cad.graph.tape.TapeNode;
import cadj.cad.graph.tape.TapeRuns;
import cadj.cad.graph.tape.TapeSvg;
import cadj.cad.graph.tape.TapeText;
import cadj.models.files.ModelFiles;
import cadj.tensor.file.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final int DEPTH = 2;
  private static final int EVERYTHING = 1_000;
  private static final int TAPE_SIDE = 8;
  private static final int MOST_NODES = 60;
  private static final double LAST_TIMESTEP = 1_000;

  @ParentCommand private Main main;

  @Mixin private ModelOptions model;

  @Option(
      names = "--part",
      paramLabel = "NAME",
      description =
          "Which part of the model: unet or transformer, vae, text_encoder, text_encoder_2,"
              + " text_encoder_3, clip, classifier (default: the denoiser, which is one of the"
              + " first two). The last two are not run.")
  private String part = "";

  @Option(
      names = "--module",
      paramLabel = "KEY",
      description = "Show only this module and what is in it (default: the whole part).")
  private @Nullable String module;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description =
          "Levels of modules that are shown; what is deeper is summed up (default: 2 in the"
              + " terminal, all in --json and --html; of --tape: as many as fit).")
  private @Nullable Integer depth;

  @Option(
      names = "--stats",
      paramLabel = "KINDS",
      split = ",",
      description =
          "Statistics of weights, activations, gradients, some or all with commas between.")
  private @Nullable List<Findings.Kind> stats;

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
      defaultValue = "501",
      description = "The time step (default: ${DEFAULT-VALUE}).")
  private double timestep;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of the latents (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a web page with the tree, and each array's histogram and values.")
  private @Nullable Path html;

  @Option(
      names = "--tape",
      paramLabel = "mlp|KEY",
      description =
          "Record the operations of this module, in a run of its part on latents of 8 by 8 at most;"
              + " or of a small regression, mlp.")
  private @Nullable String tape;

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      description = "Of --tape: where to draw it (default: only the list of operations).")
  private @Nullable Path svg;

  @Override
  public void run() {
    require(depth == null || depth >= 0, "--depth: expected at least 0, got %s", depth);
    require(
        timestep >= 0 && timestep <= LAST_TIMESTEP,
        "--timestep: expected 0 to 1000, got %s",
        timestep);
    require(svg == null || tape != null, "--svg: only with --tape");
    require(
        tape == null || (html == null && stats == null && module == null),
        "--tape: not with --html, --stats or --module");
    boolean needsPrompt = !TapeRuns.MLP.equals(tape) && !part.equals("vae");
    require(
        !needsPrompt
            || !prompt.isEmpty()
            || (tape == null && !kinds().contains(Findings.Kind.GRADIENTS)),
        "--prompt: expected one, for the gradients of its difference from the empty one");
    Path out = svg == null ? html : svg;
    if (out != null) {
      OutputFile.require(out);
    }
    if (TapeRuns.MLP.equals(tape)) {
      main.onDevice(() -> draw(TapeRuns.mlp(seed), ""));
      return;
    }
    ModelFiles files = model.open(main.terminal());
    if (part.isEmpty()) {
      part = files.pipeline().denoiser();
    }
    List<String> parts = ModelFiles.WITH_WEIGHTS.stream().filter(files::has).toList();
    require(
        parts.contains(part), "--part: expected one of %s, got %s", String.join(", ", parts), part);
    main.onDevice(() -> show(files));
  }

  private Set<Findings.Kind> kinds() {
    return stats == null ? EnumSet.noneOf(Findings.Kind.class) : EnumSet.copyOf(stats);
  }

  private void show(ModelFiles files) {
    String drawn = tape;
    if (drawn == null) {
      tree(files);
      return;
    }
    int side = files.latentForm().height() > TAPE_SIDE ? TAPE_SIDE : 0;
    PartRuns runs = new PartRuns(prompt, timestep, seed, side);
    draw(TapeRuns.module(files, part, drawn, runs), drawn);
  }

  private void tree(ModelFiles files) {
    Terminal terminal = main.terminal();
    Findings findings = Findings.of(files, part, new PartRuns(prompt, timestep, seed, 0), kinds());
    String key = module == null ? "" : module;
    ModuleTree from = findings.root().find(key);
    if (from == null) {
      throw new CommandFailure(
          "--module: expected a module of %s, such as %s, got %s"
              .formatted(part, String.join(", ", findings.root().keysLike(key)), key));
    }
    String title = "%s %s".formatted(files.name(), part);
    String words = words(findings, from);
    terminal.say("%s", Terminal.plain(title + ": " + words));
    GraphText.lines(findings, from, depth == null ? DEPTH : depth)
        .forEach(line -> terminal.say("%s", Terminal.plain(line)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", files.name());
    json.put("part", part);
    Double objective = findings.objective();
    if (objective != null) {
      json.put("prompt", prompt);
      json.put("timestep", timestep);
      json.put("objective", objective);
    }
    int levels = depth == null ? EVERYTHING : depth;
    json.put("module", GraphText.json(findings, from, levels));
    if (html != null) {
      String page = GraphPage.html(findings, from, levels, title, words, Version.current());
      AtomicFile.write(html, fresh -> Files.writeString(fresh, page));
      json.put("page", html.toString());
      terminal.say("");
      terminal.say("Look at %s", html);
    }
    terminal.result(json);
  }

  private String words(Findings findings, ModuleTree from) {
    String size =
        "%,d weights, %s as stored".formatted(from.weights(), GraphText.size(from.bytes()));
    Double objective = findings.objective();
    if (objective == null) {
      return size;
    }
    String run =
        part.equals("vae") ? "" : " at time step %s for \"%s\"".formatted(plain(timestep), prompt);
    return "%s; J = %.6g%s, the %s".formatted(size, objective, run, findings.objectiveWords());
  }

  private static Number plain(double t) {
    return t == Math.rint(t) ? (Number) (long) t : (Number) t;
  }

  private void draw(List<TapeNode> all, String within) {
    Terminal terminal = main.terminal();
    List<TapeNode> nodes =
        depth == null ? Collapsed.toFit(all, within, MOST_NODES) : Collapsed.of(all, within, depth);
    TapeText.lines(nodes, within).forEach(line -> terminal.say("%s", Terminal.plain(line)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("tape", tape);
    json.put("operations", all.stream().mapToInt(TapeNode::operations).sum());
    json.put("nodes", TapeText.json(nodes));
    if (svg != null) {
      String drawing = TapeSvg.of(nodes, within);
      AtomicFile.write(svg, fresh -> Files.writeString(fresh, drawing));
      json.put("drawing", svg.toString());
      terminal.say("");
      terminal.say("Look at %s", svg);
    }
    terminal.result(json);
  }
}
