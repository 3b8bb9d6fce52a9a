package cadj.cad.cli;

import cadj.cad.Version;
import cadj.cad.graph.Findings;
import cadj.cad.graph.GraphPage;
import cadj.cad.graph.GraphText;
import cadj.cad.graph.ModuleTree;
import cadj.cad.graph.PartRuns;
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
import picocli.CommandLine.Option;

/// `cadj graph` without --tape: the modules of a part as a tree.
final class TreeOptions {
  /// Levels in the terminal.
  private static final int DEPTH = 2;

  private static final int EVERYTHING = 1_000;

  @Option(
      names = "--module",
      paramLabel = "KEY",
      description = "Show only this module and what is in it (default: the whole part).")
  private @Nullable String module;

  @Option(
      names = "--stats",
      paramLabel = "KINDS",
      split = ",",
      description =
          "Statistics of weights, activations, gradients, some or all with commas between.")
  private @Nullable List<Findings.Kind> stats;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a web page with the tree, and each array's histogram and values.")
  private @Nullable Path html;

  /// Whether any of them was given.
  boolean isAsked() {
    return html != null || stats != null || module != null;
  }

  boolean hasGradients() {
    return kinds().contains(Findings.Kind.GRADIENTS);
  }

  /// Refuses what cannot be written.
  void requireWritable() {
    if (html != null) {
      OutputFile.require(html);
    }
  }

  /// Refuses a module that the part does not have.
  void requireModule(ModelFiles files, String part) {
    if (module != null) {
      ModuleTree.of(files, part).require(module, expected(part));
    }
  }

  private static String expected(String part) {
    return "--module: expected a module of " + part;
  }

  private Set<Findings.Kind> kinds() {
    return stats == null ? EnumSet.noneOf(Findings.Kind.class) : EnumSet.copyOf(stats);
  }

  /// Shows the tree.
  ///
  /// @param depth levels below the first, or null for as many as are usual
  void show(
      ModelFiles files, String part, PartRuns runs, @Nullable Integer depth, Terminal terminal) {
    Findings findings = Findings.of(files, part, runs, kinds());
    ModuleTree root = findings.root();
    ModuleTree from = module == null ? root : root.require(module, expected(part));
    String title = "%s %s".formatted(files.name(), part) + (module == null ? "" : " " + module);
    String words = words(findings, from, runs);
    terminal.say("%s", Terminal.plain(title + ": " + words));
    GraphText.lines(findings, from, depth == null ? DEPTH : depth)
        .forEach(line -> terminal.say("%s", Terminal.plain(line)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", files.name());
    json.put("part", part);
    Double objective = findings.objective();
    if (objective != null) {
      json.put("prompt", runs.prompt());
      json.put("timestep", runs.timestep());
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

  private static String words(Findings findings, ModuleTree from, PartRuns runs) {
    String size =
        "%,d weights, %s as stored".formatted(from.weights(), GraphText.size(from.bytes()));
    Double objective = findings.objective();
    if (objective == null) {
      return size;
    }
    String run =
        findings.part().equals("vae")
            ? ""
            : " at time step %s for \"%s\"".formatted(plain(runs.timestep()), runs.prompt());
    return "%s; J = %.6g%s, the %s".formatted(size, objective, run, findings.objectiveWords());
  }

  private static Number plain(double t) {
    return t == Math.rint(t) ? (Number) (long) t : (Number) t;
  }
}
