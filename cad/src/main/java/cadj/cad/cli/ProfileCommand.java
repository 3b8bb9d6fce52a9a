package cadj.cad.cli;

import cadj.cad.profile.jfr.FlightRecording;
import cadj.cad.profile.run.RunText;
import cadj.kernels.device.Device;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.profiler.Profiler;
import cadj.kernels.profiler.Profiler.Recorded;
import cadj.kernels.record.Kind;
import cadj.kernels.record.Recording;
import cadj.kernels.record.RecordingListener;
import cadj.kernels.record.RunProfile;
import cadj.kernels.roofline.Roofline;
import cadj.kernels.roofline.RooflineProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `cadj profile`: where a command's time and memory go.
@Command(
    name = "profile",
    header = "Runs a command and shows where its time and memory went.",
    description = {
      "",
      "Runs COMMAND as it would run by itself, in the same process, and prints tables: by phase"
          + " (text, each denoising step, forward, backward, VAE), by operation and by module, with"
          + " calls, time, work done per second, the share of what the machine can do at best, and"
          + " which algorithm ran; and what memory was needed for at its peak. Results are the same"
          + " as without.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj profile generate --prompt \"a coat\" --steps 10 --out coat.png",
      "  cadj profile attribute --concept sneaker --steps 4 --out sneaker.safetensors",
      "  cadj profile --html run.html --trace run.json generate -p \"a coat\" -o c.png",
      "  cadj profile --device emulated generate -p \"a bag\" --steps 1 -o bag.png"
    })
final class ProfileCommand implements Callable<Integer> {
  /// Of the options that every command has, the one that is profile's own here.
  private static final String OWN = "--json";

  @ParentCommand private Main main;
  @Mixin private ProfileOutputs outputs;

  private CommandSpec spec;

  /// What the command says that it computes on.
  private @Nullable Device device;

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The command, with its arguments; options of profile come before it.")
  private List<String> command;

  /// What comes after the command's name is the command's.
  @Spec
  void setSpec(CommandSpec spec) {
    this.spec = spec;
    spec.parser().stopAtPositional(true);
  }

  @Override
  public Integer call() {
    if (command.getFirst().equals(spec.name())) {
      throw new CommandFailure("profile: expected a command other than profile itself");
    }
    Set<String> known = spec.parent().subcommands().keySet();
    if (!known.contains(command.getFirst())) {
      throw new CommandFailure(
          "profile: expected a command such as generate or attribute, got %s; there are %s"
              .formatted(command.getFirst(), String.join(", ", known)));
    }
    if (main.terminal().isForMachines() && command.contains("--json")) {
      throw new CommandFailure(
          "--json: expected once, before %1$s for the profile or after it for its result"
              .formatted(command.getFirst()));
    }
    outputs.check();
    String words = command.stream().map(ProfileCommand::quoted).collect(Collectors.joining(" "));
    try (FlightRecording flight = outputs.flight(words)) {
      Recorded<Integer> recorded =
          Profiler.record(
              flight == null ? RecordingListener.NONE : flight.listener(), this::runCommand);
      if (recorded.result() == ExitCode.OK) {
        show(recorded.profile(), flight, words);
      }
      return recorded.result();
    }
  }

  private static String quoted(String argument) {
    return argument.matches("\\S+") ? argument : "\"" + argument + "\"";
  }

  private int runCommand() {
    String[] arguments = arguments();
    return Recording.slice(
        Kind.PHASE, command.getFirst(), () -> Main.run(it -> device = it, arguments));
  }

  private void show(RunProfile run, @Nullable FlightRecording flight, String words) {
    Terminal terminal = main.terminal();
    boolean isEmpty = run.slices().stream().noneMatch(slice -> slice.kind() == Kind.OPERATION);
    Roofline roofline = isEmpty ? null : roofline(run);
    if (isEmpty) {
      terminal.note("nothing was computed");
    } else {
      terminal.say("");
      RunText.lines(run, roofline, terminal.width()).forEach(line -> terminal.say("%s", line));
    }
    terminal.result(outputs.write(run, roofline, flight, words, terminal));
  }

  /// The command's, and those of the options given before it that are for every command.
  private String[] arguments() {
    List<String> all = new ArrayList<>(command);
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (option.inherited() && !option.longestName().equals(OWN)) {
        String value = option.originalStringValues().getLast();
        all.add(
            1,
            option.arity().max() == 0 ? option.longestName() : option.longestName() + "=" + value);
      }
    }
    if (main.terminal().isForMachines() && !all.contains("--quiet") && !all.contains("-q")) {
      all.add(1, "--quiet"); // nothing but the profile's object on standard output
    }
    return all.toArray(String[]::new);
  }

  /// Of the device that computed, or null where there is none to measure.
  private @Nullable Roofline roofline(RunProfile run) {
    if (run.isEmulated()) {
      return null;
    }
    try {
      return RooflineProbe.measure(device == null ? Device.current() : device);
    } catch (DeviceOutOfMemoryException e) {
      main.terminal().note("without a roofline: " + e.getMessage());
      return null;
    }
  }
}
