package cadj.cad.cli;

import cadj.cad.ptx.StoredArray;
import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.device.Device;
import cadj.kernels.device.Driver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.run.EmulatorException;
import cadj.kernels.ptxfile.Argument;
import cadj.kernels.ptxfile.Difference;
import cadj.kernels.ptxfile.EntryRun;
import cadj.kernels.ptxfile.PtxFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `cadj kernels run`: a kernel of somebody's own.
@Command(
    name = "run",
    header = "Runs a kernel of a PTX file, on any machine, and checks it while it runs.",
    description = {
      "",
      "Launches one entry of PTX that nvcc, Triton or you wrote, on a GPU emulated in Java. It"
          + " finds addresses out of bounds, memory and registers that are read before anybody has"
          + " written them, races between threads, and barriers that some threads miss, and names"
          + " the line. With --device cuda the same launch runs on the real GPU, and with --compare"
          + " on both. Without a launch it lists the file's entries.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  cadj kernels run sums.ptx --grid 8 --block 128 --arg f32[800]=random:1"
    })
final class KernelsRunCommand implements Runnable {
  @ParentCommand private KernelsCommand parent;

  @Parameters(paramLabel = "FILE.ptx", description = "The PTX.")
  private Path path;

  @Mixin private EntryOptions options;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Write the arrays as the kernel leaves them to a safetensors file, argument 3 as arg3.")
  private @Nullable Path out;

  @Option(
      names = "--print",
      paramLabel = "N",
      defaultValue = "0",
      description = "Print the first N elements of each array.")
  private int printed;

  @Option(
      names = "--compare",
      description = "Run it on the emulator and on the GPU and say where results differ.")
  private boolean compare;

  private final StringBuilder text = new StringBuilder();

  @Override
  public void run() {
    Main main = parent.main();
    Terminal terminal = main.terminal();
    if (main.requestedDevice() == DeviceChoice.Requested.CPU) {
      throw new CommandFailure("--device: kernels are for cuda or emulated, found cpu");
    }
    if (printed < 0) {
      throw new CommandFailure("--print: expected a number of elements, found " + printed);
    }
    if (out != null) {
      OutputFile.require(out, path);
    }
    PtxFile file = EntryOptions.read(path);
    if (options.entry() == null && options.launchNothing() && isToBeListed(file)) {
      list(terminal, file);
      return;
    }
    EntryRun run = options.run(file);
    if (compare) {
      compare(terminal, run);
      return;
    }
    boolean onGpu = main.requestedDevice() == DeviceChoice.Requested.CUDA;
    Map<Integer, Argument.Array> results = onGpu ? onGpu(main.device(), run) : emulated(run);
    tell(terminal, run, results, onGpu);
  }

  /// A kernel that takes nothing may be launched without a word.
  private static boolean isToBeListed(PtxFile file) {
    return file.module().kernels().size() != 1
        || !file.module().kernels().values().iterator().next().parameters().isEmpty();
  }

  private static void list(Terminal terminal, PtxFile file) {
    EntryOptions.listing(file).forEach(line -> terminal.say("%s", line));
    List<Map<String, Object>> entries = new ArrayList<>();
    file.module()
        .kernels()
        .values()
        .forEach(
            it -> {
              Map<String, Object> entry = new LinkedHashMap<>();
              entry.put("entry", it.name());
              entry.put("signature", PtxFile.signature(it));
              entry.put("refused", file.refusal(it).orElse(null));
              entries.add(entry);
            });
    terminal.result(Map.of("file", file.source().name(), "entries", entries));
  }

  private Map<Integer, Argument.Array> emulated(EntryRun run) {
    EmulatedDriver driver = new EmulatedDriver(Device.host(), EmulatedDriver.Checks.ALL);
    driver.print(text::append);
    try (driver) {
      return run.on(driver);
    } catch (EmulatorException e) {
      say(parent.main().terminal());
      throw new CommandFailure(e.getMessage());
    }
  }

  private static Map<Integer, Argument.Array> onGpu(DeviceChoice choice, EntryRun run) {
    if (!(choice.device() instanceof Gpu gpu)) {
      throw new CommandFailure("--device: expected a GPU, found " + choice.reason());
    }
    if (run.isCooperative()) {
      throw new CommandFailure(
          "--device: the blocks of %s wait for each other: such launches run on emulated only"
              .formatted(run.entry().name()));
    }
    Driver driver = gpu.driver();
    return run.on(driver);
  }

  private void say(Terminal terminal) {
    text.toString().lines().forEach(line -> terminal.say("%s", Terminal.plain(line)));
  }

  private void tell(
      Terminal terminal, EntryRun run, Map<Integer, Argument.Array> results, boolean onGpu) {
    terminal.say("%s, %s", place(run), run.shape());
    say(terminal);
    List<Map<String, Object>> arrays = new ArrayList<>();
    results.forEach(
        (i, array) -> {
          String values = values(array);
          if (printed > 0) {
            terminal.say("%s: %s", name(run, i), values);
          }
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("argument", i + 1);
          json.put("parameter", run.entry().parameters().get(i).name());
          json.put("type", array.words());
          json.put("values", values.isEmpty() ? List.of() : List.of(values.split(" ", -1)));
          arrays.add(json);
        });
    if (!onGpu) {
      terminal.say("It ran to its end, and the checks found nothing.");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernel", run.entry().name());
    json.put("place", place(run));
    json.put("device", onGpu ? "cuda" : "emulated");
    json.put("launch", run.shape().toString());
    json.put("printed", text.toString());
    json.put("arrays", arrays);
    if (out != null) {
      write(run, results, out);
      terminal.say("Written %s", out);
      json.put("out", out.toString());
    }
    terminal.result(json);
  }

  private static String place(EntryRun run) {
    return "%s, %s".formatted(run.entry().name(), run.file().source().place(run.entry().line()));
  }

  private static String name(EntryRun run, int argument) {
    return "argument %d, %s, %s"
        .formatted(
            argument + 1,
            run.entry().parameters().get(argument).name(),
            run.arguments().get(argument).words());
  }

  private String values(Argument.Array array) {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < Math.min(printed, array.length()); i++) {
      values.append(i == 0 ? "" : " ").append(array.type().text(array.bits(i)));
    }
    return values.toString();
  }

  private static void write(EntryRun run, Map<Integer, Argument.Array> results, Path out) {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("kernel", run.entry().name());
    writer.metadata("file", run.file().source().name());
    writer.metadata("launch", run.shape().toString());
    results.forEach((i, array) -> StoredArray.add(writer, "arg" + (i + 1), array));
    writer.write(out);
  }

  private void compare(Terminal terminal, EntryRun run) {
    DeviceChoice choice;
    try {
      choice = DeviceChoice.of(DeviceChoice.Requested.CUDA, false, Precision.FULL, Device.host());
    } catch (IllegalStateException e) {
      throw new CommandFailure("--compare: " + e.getMessage());
    }
    Map<Integer, Argument.Array> emulated = emulated(run);
    Map<Integer, Argument.Array> onGpu = onGpu(choice, run);
    terminal.say("%s, %s: emulated and %s", place(run), run.shape(), choice.reason());
    say(terminal);
    List<Map<String, Object>> arrays = new ArrayList<>();
    emulated.forEach(
        (i, array) -> {
          Optional<Difference> difference = Difference.between(array, onGpu.get(i));
          String words = difference.map(Difference::words).orElse("the same to the last bit");
          terminal.say("%s: %s", name(run, i), words);
          arrays.add(Map.of("argument", i + 1, "difference", words));
        });
    terminal.result(
        Map.of("kernel", run.entry().name(), "device", choice.reason(), "arrays", arrays));
  }
}
