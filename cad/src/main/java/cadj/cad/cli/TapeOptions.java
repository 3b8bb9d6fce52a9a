package cadj.cad.cli;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `cadj graph --tape`: the operations of one module, or of a small regression.
final class TapeOptions {
  /// Height and width of the latents at most.
  private static final int SIDE = 8;

  private static final int MOST_NODES = 60;

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

  boolean isAsked() {
    return tape != null;
  }

  boolean hasSvg() {
    return svg != null;
  }

  /// Whether the regression is asked for, which needs no model.
  boolean isMlp() {
    return TapeRuns.MLP.equals(tape);
  }

  /// Refuses what cannot be written.
  void requireWritable() {
    if (svg != null) {
      OutputFile.require(svg);
    }
  }

  /// Refuses a module that the part does not have, or that is not run.
  void requireModule(ModelFiles files, String part) {
    if (tape != null) {
      PartRuns.requireRunnable(files, part);
      TapeRuns.requireModule(files, part, tape);
    }
  }

  /// Draws the regression.
  void mlp(long seed, @Nullable Integer depth, Terminal terminal) {
    draw(TapeRuns.mlp(seed), "", depth, terminal);
  }

  /// Draws the module.
  ///
  /// @param depth levels that stay apart, or null for as many as fit
  void module(
      ModelFiles files, String part, PartRuns runs, @Nullable Integer depth, Terminal terminal) {
    if (tape != null) {
      PartRuns small =
          files.latentForm().height() > SIDE
              ? new PartRuns(runs.prompt(), runs.timestep(), runs.seed(), SIDE)
              : runs;
      draw(TapeRuns.module(files, part, tape, small), tape, depth, terminal);
    }
  }

  private void draw(List<TapeNode> all, String within, @Nullable Integer depth, Terminal terminal) {
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
