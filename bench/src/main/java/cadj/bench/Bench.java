package cadj.bench;

import cadj.bench.gpu.NvidiaLibraries;
import cadj.bench.gpu.OnGpu;
import cadj.bench.peer.Contender;
import cadj.bench.peer.Ours;
import cadj.bench.peer.Peer;
import cadj.bench.process.OnnxRuntime;
import cadj.bench.process.OwnProcess;
import cadj.bench.process.PyTorch;
import cadj.bench.race.Outcome;
import cadj.bench.race.Pace;
import cadj.bench.race.Race;
import cadj.bench.report.AttributionCost;
import cadj.bench.report.Csv;
import cadj.bench.report.Plot;
import cadj.bench.report.Table;
import cadj.bench.workload.Entry;
import cadj.bench.workload.Workload;
import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import cadj.kernels.roofline.CpuRoofline;
import cadj.kernels.roofline.GpuRoofline;
import cadj.kernels.roofline.Roofline;
import cadj.kernels.roofline.RooflineProbe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cadj bench`: how fast, compared with others and with what the machine could do.
///
/// Exit code 0: done; 1: failed, or a peer's result was not ours; 2: arguments wrong.
@Command(
    name = "cadj bench",
    header = "Measures kernels and whole steps beside other libraries, in turns.",
    description = {
      "",
      "Behind each library's time stands how many times as long as ours it is. \"limit\" is the"
          + " share of what the machine could do at the same time with all threads: its peak of"
          + " multiplications and additions, or its memory's speed, whichever binds. Above 100 %%:"
          + " from a cache, or by an algorithm that needs fewer than textbooks count.",
      ""
    },
    footer = {
      "",
      "Rooms: " + Measurements.ROOMS_TEXT + ".",
      "Examples:",
      "  cadj bench --quick --only gemm,conv",
      "  cadj bench --only unet,erase --python venv/bin/python --rounds 5",
      "  cadj bench --only unet --onnx unet.onnx --rounds 5"
    })
public final class Bench implements Callable<Integer> {
  private static final String SCRIPT = "bench/src/peers/python/unet_torch.py";

  @Spec private CommandSpec spec;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "ROOM",
      description = "Measure these, or these operations (gemm.nt) only.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of every contender (default: all cores).")
  private @Nullable Integer threads;

  @Option(names = "--quick", description = "One small shape of each operation, two short rounds.")
  private boolean quick;

  @Option(names = "--rounds", paramLabel = "N", description = "Turns of each (default: 7).")
  private @Nullable Integer rounds;

  @Option(names = "--no-peers", description = "Measure without the other libraries.")
  private boolean noPeers;

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda|emulated",
      defaultValue = "cpu",
      description =
          "What to measure (default: ${DEFAULT-VALUE}). On a GPU, the program's own kernels beside"
              + " cuBLAS and cuDNN, by the device's clock; emulated times say nothing of a GPU's.")
  private DeviceChoice.Requested device;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description =
          "A Python that has torch: processes of it and of ours take turns with whole steps of"
              + " denoisers.")
  private @Nullable Path python;

  @Option(
      names = "--onnx",
      paramLabel = "FILE",
      description =
          "A UNet of Stable Diffusion 1.4's size in an ONNX file, as"
              + " bench/src/peers/python/unet_torch.py export writes it: ONNX Runtime takes turns"
              + " with its forward passes.")
  private @Nullable Path onnx;

  @Option(
      names = "--out",
      defaultValue = "out/bench",
      paramLabel = "DIR",
      description = "Where to put bench.csv and bench.png (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Explain the command.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  private double peakGib;
  private final PrintWriter terminal = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

  public static void main(String... args) {
    System.exit(run(args));
  }

  /// Runs the command within this process.
  ///
  /// @return the exit code
  static int run(String... args) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // numbers look alike everywhere
    CommandLine command = new CommandLine(new Bench());
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setParameterExceptionHandler(
        (error, arguments) -> {
          say("%s (see cadj bench --help)", error.getMessage().replaceFirst("^Error: ", ""));
          return CommandLine.ExitCode.USAGE;
        });
    command.setExecutionExceptionHandler(
        (error, failed, parsed) -> {
          say("%s", error.toString());
          if (System.getenv("CADJ_DEBUG") != null) {
            error.printStackTrace();
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    return command.execute(args);
  }

  /// One line on standard error.
  private static void say(String line, Object... args) {
    new PrintWriter(System.err, true, StandardCharsets.UTF_8)
        .println("cadj bench: " + line.formatted(args).replaceAll("\\R+", " "));
  }

  @Override
  public Integer call() {
    Measurements measurements = new Measurements(launcher());
    check(measurements);
    List<List<Entry>> heats = measurements.heats(only, quick, inProcesses());
    DeviceChoice choice = DeviceChoice.of(device, !noPeers, Precision.FULL, processor());
    return Device.with(
        choice.device(),
        () ->
            switch (choice.device()) {
              case Cpu cpu -> race(heats, onCpu(cpu));
              case Gpu gpu -> race(heats, onGpu(gpu, choice.reason()));
            });
  }

  /// Who takes part, on what machine.
  private record Field(
      String machine,
      Function<Workload, Contender> ours,
      List<Peer> peers,
      Supplier<Roofline> probe) {}

  private Field onCpu(Cpu cpu) {
    RooflineProbe probe = new CpuRoofline(cpu);
    probe.measure(); // compiles it
    return new Field(
        "%d threads".formatted(cpu.threads()),
        ours(cpu.threads()),
        peers(cpu.threads()),
        probe::measure);
  }

  /// Ours are the kernels here; the libraries, if there are some, work on the same memory.
  private Field onGpu(Gpu gpu, String machine) {
    Gpu own = new Gpu(gpu.driver());
    RooflineProbe probe =
        device == DeviceChoice.Requested.EMULATED
            ? new GpuRoofline(own, 1 << 6, 1 << 16)
            : new GpuRoofline(own);
    boolean libraries = gpu.blas() != null || gpu.dnn() != null;
    return new Field(
        machine,
        workload -> new OnGpu(Ours.NAME, own, workload),
        libraries ? List.of(new NvidiaLibraries(gpu)) : List.of(),
        probe::measure);
  }

  private int race(List<List<Entry>> heats, Field field) {
    List<String> columns = field.peers.stream().flatMap(peer -> peer.names().stream()).toList();
    terminal.println(Table.machine(field.machine, field.probe.get()));
    List<Outcome> outcomes = new ArrayList<>();
    try {
      measure(
          new Race(pace(), field.ours, field.peers, field.probe),
          heats,
          new Table(columns),
          outcomes);
    } finally {
      write(outcomes, columns);
    }
    return outcomes.stream().allMatch(outcome -> outcome.refused().isEmpty())
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }

  private void measure(Race race, List<List<Entry>> heats, Table table, List<Outcome> outcomes) {
    terminal.println(table.header());
    for (List<Entry> heat : heats) {
      for (Outcome outcome : race.run(heat)) {
        outcomes.add(outcome);
        terminal.println(table.row(outcome));
        outcome.refused().forEach(Bench::say);
      }
    }
    table.means(outcomes).forEach(terminal::println);
    AttributionCost.lines(outcomes).forEach(terminal::println);
    if (peakGib > 0) {
      terminal.println("largest process of ours for denoisers' steps: %.1f GiB".formatted(peakGib));
    }
  }

  private void check(Measurements measurements) {
    for (String name : only) {
      if (!measurements.isKnown(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "--only: expected rooms (%s) or operations such as gemm.nt, got %s"
                .formatted(Measurements.ROOMS_TEXT, name));
      }
    }
    atLeastOne("--threads", threads);
    atLeastOne("--rounds", rounds);
    if (python != null && !Files.isExecutable(python)) {
      throw new ParameterException(
          spec.commandLine(), "--python: expected a program, got " + python);
    }
    if (onnx != null && !Files.isReadable(onnx)) {
      throw new ParameterException(
          spec.commandLine(), "--onnx: expected a file that can be read, got " + onnx);
    }
    if (inProcesses() && device != DeviceChoice.Requested.CPU) {
      throw new ParameterException(
          spec.commandLine(),
          (python != null ? "--python" : "--onnx") + ": only with --device cpu");
    }
  }

  private void atLeastOne(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new ParameterException(
          spec.commandLine(), "%s: expected at least 1, got %d".formatted(option, value));
    }
  }

  /// With the threads asked for; before any tensor exists.
  private Cpu processor() {
    if (threads != null) {
      System.setProperty("cadj.threads", threads.toString());
    }
    return Device.host();
  }

  /// Whether denoisers take turns as processes.
  private boolean inProcesses() {
    return python != null || onnx != null;
  }

  /// In this process, but for what peers do in another.
  private Function<Workload, Contender> ours(int number) {
    return !inProcesses()
        ? Ours::new
        : new OwnProcess(number, gib -> peakGib = Math.max(peakGib, gib))::contender;
  }

  private Pace pace() {
    Pace pace = quick ? Pace.QUICK : Pace.FULL;
    return rounds == null ? pace : pace.withRounds(rounds);
  }

  /// Those that can be started here.
  private List<Peer> peers(int number) {
    List<Peer> peers = new ArrayList<>();
    for (Peer peer : noPeers ? List.<Peer>of() : Peer.installed()) {
      try {
        peer.start(number);
        peers.add(peer);
      } catch (RuntimeException | LinkageError e) {
        say("without %s, which cannot be started: %s", String.join(", ", peer.names()), e);
      }
    }
    if (python != null) {
      peers.add(
          new PyTorch(python, Path.of(System.getProperty("cadj.bench.script", SCRIPT)), number));
    }
    if (onnx != null) {
      peers.add(new OnnxRuntime(onnx, number));
    }
    return peers;
  }

  private static @Nullable Path launcher() {
    String script = System.getProperty("cadj.launcher");
    return script == null ? null : Path.of(script);
  }

  private void write(List<Outcome> outcomes, List<String> columns) {
    if (outcomes.isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(out);
      Path csv = out.resolve("bench.csv");
      Files.write(csv, Csv.lines(outcomes));
      terminal.println(csv);
      if (!columns.isEmpty()) {
        Path png = out.resolve("bench.png");
        ImageIO.write(Plot.of(outcomes, columns), "png", png.toFile());
        terminal.println(png);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
