package cadj.cad.cli;

import cadj.cad.Version;
import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.cuda.CudaException;
import cadj.kernels.device.Device;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.record.Recording;
import cadj.models.pipeline.NonFiniteException;
import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/// The command `cadj`: hands its arguments to one of its subcommands.
///
/// Exit code 0: done; 1: failed, with one line on standard error; 2: arguments wrong, likewise.
@Command(
    name = "cadj",
    header = "Which weights make a concept appear in what a diffusion model draws.",
    description = {
      "",
      "Start with @|bold cadj demo|@: it draws with the small model that comes with the program,"
          + " finds the weights behind a concept, takes them out, and shows what is drawn then.",
      ""
    },
    footer = {
      "",
      "Models: @|bold fashion|@ (comes with the program), a folder in diffusers' layout, or",
      "Stable Diffusion in one file.",
      "@|bold cadj COMMAND --help|@ explains a command.",
      "In a clone, @|bold ./cadj bench|@ measures how fast all this is, beside other libraries."
    },
    versionProvider = Main.VersionLine.class,
    subcommands = {
      DemoCommand.class,
      GenerateCommand.class,
      AttributeCommand.class,
      MergeCommand.class,
      EditCommand.class,
      ApplyCommand.class,
      ConvertCommand.class,
      EvaluateCommand.class,
      InspectCommand.class,
      GraphCommand.class,
      ProfileCommand.class,
      HeatmapCommand.class,
      TraceCommand.class,
      KernelsCommand.class,
      DoctorCommand.class,
      GpuCheckCommand.class
    })
public final class Main implements Runnable {
  /// How Java's logging, to which the kernels' warnings go, writes a line.
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions options;
  private Consumer<Device> computing = device -> {};

  public static void main(String... args) {
    VectorSupport.missingModule()
        .ifPresentOrElse(
            advice -> {
              System.err.println("cadj: " + advice);
              System.exit(CommandLine.ExitCode.SOFTWARE);
            },
            () -> System.exit(run(args)));
  }

  /// Runs the command line within this process.
  ///
  /// @return the exit code
  static int run(String... args) {
    return run(device -> {}, args);
  }

  /// The same.
  ///
  /// @param computing is told of the device when the command begins to compute
  static int run(Consumer<Device> computing, String... args) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // numbers look alike everywhere
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "cadj: %5$s%6$s%n"); // one line, on standard error
    }
    Main main = new Main();
    main.computing = computing;
    CommandLine command = commandLine(main);
    command.setExecutionStrategy(main::execute);
    command.setParameterExceptionHandler(
        (error, arguments) -> {
          String name = error.getCommandLine().getCommandSpec().qualifiedName();
          String what = error.getMessage().replaceFirst("^Error: ", "");
          main.options.terminal().error("%s (see %s --help)".formatted(what, name));
          return CommandLine.ExitCode.USAGE;
        });
    command.setExecutionExceptionHandler(
        (error, failed, parsed) -> {
          main.options.terminal().error(explanation(error));
          debug(error);
          return CommandLine.ExitCode.SOFTWARE;
        });
    try {
      return command.execute(args);
    } catch (OutOfMemoryError e) {
      main.options
          .terminal()
          .error(
              "%s: the heap of %,d MB is too small for this; allow more with --memory 12g, say"
                  .formatted(e.getMessage(), Runtime.getRuntime().maxMemory() >> 20));
      debug(e);
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  /// The program's options and commands, as picocli reads them.
  static CommandLine commandLine(Main main) {
    CommandLine command = new CommandLine(main);
    EnumNames.register(command);
    return command;
  }

  private static void debug(Throwable error) {
    if (System.getenv("CADJ_DEBUG") != null) {
      error.printStackTrace();
    }
  }

  private int execute(ParseResult parsed) {
    options.apply();
    return new CommandLine.RunLast().execute(parsed);
  }

  /// One line: our own errors say all there is to say; others are named.
  static String explanation(Exception error) {
    String message = error.getMessage() == null ? "" : error.getMessage();
    if (error instanceof InvalidPathException name) {
      return "%s: no name that a file can have here, where names are %s (%s)"
          .formatted(
              FileFormatException.quote(name.getInput()),
              System.getProperty("sun.jnu.encoding"),
              "LC_ALL=C.UTF-8 allows all of Unicode");
    }
    if (error instanceof FileFormatException
        || error instanceof IllegalArgumentException
        || error instanceof CommandFailure
        || error instanceof CudaException) {
      return message;
    }
    if (error instanceof DeviceOutOfMemoryException) {
      return message + "; --device cpu takes the host's memory";
    }
    if (error instanceof NonFiniteException values) {
      return message
          + (values.isInWeights()
              ? ": the model's file is damaged, or --patch put it there"
              : "; try a smaller --guidance, more --steps or another --scheduler");
    }
    if (error instanceof UncheckedIOException io) {
      return FileFailure.line(io);
    }
    return "%s: %s (CADJ_DEBUG=1 shows where)".formatted(error.getClass().getSimpleName(), message);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a command");
  }

  /// Runs `work` on the device that the options ask for, having said which that is.
  void onDevice(Runnable work) {
    DeviceChoice choice = options.device();
    terminal().say("%s", choice.reason());
    Recording.device(choice.device().name());
    computing.accept(choice.device());
    Device.with(
        choice.device(),
        () -> {
          work.run();
          return choice;
        });
  }

  /// The device that the options ask for, and why it is that one.
  DeviceChoice device() {
    return options.device();
  }

  /// The device that the options name, or null.
  DeviceChoice.@Nullable Requested requestedDevice() {
    return options.requestedDevice();
  }

  /// The command line that is being run.
  List<String> arguments() {
    return spec.commandLine().getParseResult().originalArgs();
  }

  /// What global options ask for.
  Terminal terminal() {
    return options.terminal();
  }

  /// The version for `--version`.
  static final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"cadj " + Version.current()};
    }
  }
}
