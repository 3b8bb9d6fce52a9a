package cadj.cad.cli;

import cadj.cad.Version;
import cadj.cad.demo.Demo;
import cadj.cad.demo.DemoRun;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `cadj demo`: the whole method on the embedded model, with a page to look at.
@Command(
    name = "demo",
    header = "Watches concepts disappear from, and come to, what the embedded model draws.",
    description = {
      "",
      "Draws ten garments in four styles, finds the weights behind one garment and one style,"
          + " zeroes them, draws again; then frees a third from the weights that hold it back. A"
          + " classifier tells how well each worked, for several ratios and two noise seeds."
          + " Takes a minute or two on two cores.",
      ""
    })
final class DemoCommand implements Runnable {
  @ParentCommand private Main main;

  @Option(
      names = {"-o", "--out"},
      defaultValue = "out/demo",
      paramLabel = "DIR",
      description = "Folder for the page and its pictures (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    OutputFile.require(out.resolve(DemoRun.PAGE));
    main.onDevice(() -> show(terminal));
  }

  private void show(Terminal terminal) {
    DemoRun run;
    try (Terminal.Bar bar = terminal.bar("demo", Demo.STAGES)) {
      run =
          DemoRun.into(
              out,
              Version.current(),
              (stage, done) -> {
                bar.at(done, Demo.STAGES);
                terminal.say("%d/%d %s", done, Demo.STAGES, stage);
              });
    }
    terminal.say("");
    run.lines().forEach(terminal::say);
    terminal.say("");
    terminal.say("Look at %s", run.page());
    terminal.result(run.json());
  }
}
