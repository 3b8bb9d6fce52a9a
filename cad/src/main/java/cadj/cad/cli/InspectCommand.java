package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.Version;
import cadj.cad.attribution.AttributionPart;
import cadj.cad.inspect.AttributionPage;
import cadj.cad.inspect.AttributionReport;
import cadj.cad.inspect.Report;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `cadj inspect`: what a file or a model is and holds.
@Command(
    name = "inspect",
    header = "Tells what a file or a model is, and what it holds.",
    description = {
      "",
      "Of an attribution: how it was made, a chart of its scores by block and layer, and the"
          + " parameters that hold most of them; or, with --by, the neurons, heads, filters, layers"
          + " or time steps that do, and with --try what is drawn without them. Of a patch: how"
          + " many weights it changes where. Of a picture: the settings it carries. Of any other"
          + " file of tensors (safetensors, or what torch.save wrote, of which nothing is"
          + " executed): what it holds. Of a model: its parts, their sizes, and its feed-forward"
          + " matrices. Of several attributions: how far they point at the same weights.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj inspect fashion",
      "  cadj inspect sneaker.safetensors --html sneaker.html",
      "  cadj inspect sneaker.safetensors --by neuron --top 3 --try",
      "  cadj inspect sneaker.safetensors bag.safetensors --html overlap.html",
      "  cadj inspect out/01-a-photo-of-a-sneaker.png --json"
    })
final class InspectCommand implements Runnable {
  @ParentCommand private Main main;

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME|FILE|DIR",
      description =
          "An embedded model, a model folder, a file of tensors (.safetensors, .pt, .pth, .bin,"
              + " .ckpt), its .json index or a .png file; or several attributions.")
  private List<String> all;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Of a model folder: which of its weights, such as fp16 (default: the plain ones, or the"
              + " only variant).")
  private @Nullable String variant;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Of an attribution: write a web page with its scores by block, layer and time step, which"
              + " opens down to neurons, heads, filters and weights. Of several: one with their"
              + " overlaps.")
  private @Nullable Path html;

  @Mixin private OverlapOptions overlap;
  @Mixin private UnitOptions units;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    units.requireSensible();
    if (all.size() > 1) {
      require(
          units.asked() == null, "%s: expected one attribution, got %d", units.asked(), all.size());
      overlap.run(all, html, terminal);
      return;
    }
    overlap.requireNone();
    String what = all.getFirst();
    Report report = Report.of(what, variant, terminal::note);
    Map<String, Object> json = new LinkedHashMap<>(report.json());
    String asked = units.asked();
    if (html != null) {
      OutputFile.require(html, Path.of(what));
      AttributionReport attribution = attribution(what, report, "--html");
      String drillDown = units.tell(attribution, true, json, main);
      AttributionPage.write(html, attribution, drillDown, Version.current());
      json.put("page", html.toString());
    } else if (asked != null) {
      units.tell(attribution(what, report, asked), false, json, main);
    }
    if (asked == null) {
      report.lines(terminal.width(), terminal.hasColours()).forEach(terminal::say);
    }
    if (html != null) {
      terminal.say("");
      terminal.say("Look at %s", html);
    }
    terminal.result(json);
  }

  private static AttributionReport attribution(String what, Report report, String option) {
    if (report instanceof AttributionReport attribution) {
      return attribution;
    }
    boolean isPart =
        report.json().get("metadata") instanceof Map<?, ?> metadata
            && AttributionPart.KIND.equals(metadata.get("kind"));
    throw new CommandFailure(
        isPart
            ? "%s: expected an attribution, found some trajectories of one, %s: cadj merge makes one of all"
                .formatted(option, what)
            : "%s: expected an attribution, found %s %s"
                .formatted(option, report.json().get("kind"), what));
  }
}
