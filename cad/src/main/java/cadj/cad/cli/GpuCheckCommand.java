package cadj.cad.cli;

import cadj.cad.Version;
import cadj.cad.gpucheck.CheckPart;
import cadj.cad.gpucheck.PartProcess;
import cadj.tensor.file.AtomicFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `cadj gpu-check`: everything that a person with a card can find out for those without.
@Command(
    name = "gpu-check",
    header = "Tries everything on an NVIDIA card, and writes a report to send.",
    description = {
      "",
      "Runs six parts, each in a process of its own, so that a failure ends only that part: what"
          + " the card is; every kernel beside the emulated device; times; each product and"
          + " convolution of Stable Diffusion 1.4 and XL by cuBLAS, cuDNN and own kernels; a UNet"
          + " of SD 1.4's size; and a picture beside the processor's. All of it takes ten minutes"
          + " at most.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj gpu-check                                     # writes gpu-check.txt",
      "  cadj gpu-check --no-nvidia-libs --out own.txt",
      "  cadj gpu-check --device emulated                   # tries the check itself"
    })
final class GpuCheckCommand implements Runnable {
  @ParentCommand private Main main;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "gpu-check.txt",
      description = "The report (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--part",
      paramLabel = "NAME",
      description =
          "Run only this part, in this process, and print what it finds: device, kernels, times,"
              + " shapes, unet or picture.")
  private @Nullable CheckPart part;

  @Override
  public void run() {
    if (part != null) {
      PrintWriter here = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
      part.run(main.device(), here);
      return;
    }
    OutputFile.require(out);
    Terminal terminal = main.terminal();
    StringWriter report = new StringWriter();
    PrintWriter text = new PrintWriter(report);
    text.printf(
        "cadj %s, %s, %s %s%n",
        Version.current(),
        Runtime.version(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"));
    Map<String, Object> json = new LinkedHashMap<>();
    for (CheckPart each : CheckPart.values()) {
      terminal.say("%-8s %s ...", each, each.title());
      PartProcess.Outcome outcome = PartProcess.run(Main.class, arguments(each), each.most());
      text.printf("%n== %s: %s%n%n%s", each, each.title(), outcome.text());
      boolean isWell = outcome.ended().isEmpty();
      if (!isWell) {
        text.printf("%nTHIS PART %s%n", outcome.ended());
        terminal.say("%-8s %s", "", outcome.ended());
      }
      text.printf("%n(%.1f s)%n", outcome.time().toMillis() / 1e3);
      write(report.toString()); // what there is, should somebody stop it
      json.put(each.toString(), isWell ? "done" : outcome.ended());
      if (!isWell && each == CheckPart.DEVICE) {
        String last = outcome.text().lines().reduce("", (before, line) -> line);
        throw new CommandFailure(last.replaceFirst("^cadj: ", ""));
      }
    }
    terminal.say("");
    terminal.say("Wrote %s: please attach it to an issue.", out);
    json.put("out", out.toString());
    terminal.result(json);
  }

  /// The same command line, for one part.
  private List<String> arguments(CheckPart each) {
    List<String> arguments = new ArrayList<>(main.arguments());
    arguments.removeIf(it -> it.equals("--json"));
    arguments.add("--part=" + each);
    return arguments;
  }

  private void write(String report) {
    AtomicFile.write(out, file -> Files.writeString(file, report));
  }
}
