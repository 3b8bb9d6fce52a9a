package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.Version;
import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionScores;
import cadj.cad.overlap.AttributionComparison;
import cadj.cad.overlap.Combination;
import cadj.cad.overlap.Overlap;
import cadj.cad.overlap.OverlapPage;
import cadj.cad.overlap.OverlapText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `cadj inspect` of several attributions: how far they agree, and what they make together.
final class OverlapOptions {
  @Option(
      names = "--union",
      paramLabel = "FILE",
      description =
          "Of several attributions: write one in which a weight has the highest of its scores (the"
              + " lowest, if they amplify).")
  private @Nullable Path union;

  @Option(
      names = "--difference",
      paramLabel = "FILE",
      description =
          "Of several attributions: write the first less the largest of the others' scores (plus,"
              + " if they amplify): what is of its concept alone.")
  private @Nullable Path difference;

  /// Demands that nothing was asked for that only several attributions have.
  void requireNone() {
    require(
        union == null && difference == null,
        "--union, --difference: expected several attributions, got one file");
  }

  /// Compares them.
  ///
  /// @param html a page to write, or null
  void run(List<String> names, @Nullable Path html, Terminal terminal) {
    Path[] inputs = names.stream().map(Path::of).toArray(Path[]::new);
    for (Path out : new @Nullable Path[] {html, union, difference}) {
      if (out != null) {
        OutputFile.require(out, inputs);
      }
    }
    List<AttributionScores> files = new ArrayList<>();
    try {
      for (Path input : inputs) {
        files.add(AttributionScores.open(input));
      }
      Overlap overlap = AttributionComparison.of(files);
      Map<String, Object> json = new LinkedHashMap<>(OverlapText.json(overlap));
      OverlapText.lines(overlap).forEach(line -> terminal.say("%s", Terminal.plain(line)));
      terminal.say("");
      if (html != null) {
        OverlapPage.write(html, overlap, Version.current());
        told(terminal, json, "page", html);
      }
      if (union != null) {
        AttributionFile.write(union, Combination.UNION.of(files));
        told(terminal, json, "union", union);
      }
      if (difference != null) {
        AttributionFile.write(difference, Combination.DIFFERENCE.of(files));
        told(terminal, json, "difference", difference);
      }
      terminal.result(json);
    } finally {
      files.forEach(AttributionScores::close);
    }
  }

  private static void told(Terminal terminal, Map<String, Object> json, String key, Path file) {
    json.put(key, file.toString());
    terminal.say("Written: %s %s", key, file);
  }
}
