package cadj.cad.cli;

import cadj.cad.Version;
import cadj.cad.profile.ProfilePage;
import cadj.cad.profile.ProfileText;
import cadj.cad.profile.SourceListing;
import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.device.Device;
import cadj.kernels.device.Driver;
import cadj.kernels.device.Gpu;
import cadj.kernels.emulator.run.EmulatorException;
import cadj.kernels.profiler.Example;
import cadj.kernels.profiler.Examples;
import cadj.kernels.profiler.KernelProfile;
import cadj.kernels.profiler.KernelResources;
import cadj.kernels.profiler.Profiler;
import cadj.kernels.profiler.TimedLaunch;
import cadj.kernels.ptxfile.EntryRun;
import cadj.tensor.file.AtomicFile;
import java.nio.file.Files;
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

/// `cadj kernels profile`: what one kernel does, instruction by instruction.
@Command(
    name = "profile",
    header = "Runs one kernel and shows what it did, down to the lines of its PTX.",
    description = {
      "",
      "Runs the kernel on a GPU emulated in Java and counts: instructions by kind, work, memory"
          + " moved and how well it was used, bank conflicts, branches that diverged, and the lines"
          + " that ran most. Registers and occupancy are for each generation of GPUs. With"
          + " --device cuda the time of each launch is measured on the real GPU instead.",
      "",
      "Of a PTX file it launches an entry as `kernels run` does; where the PTX has line information"
          + " (nvcc -lineinfo), lines of the CUDA source are shown, too.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj kernels profile geglu_forward --shape 64,1280 --html geglu.html",
      "  cadj kernels profile sums.ptx --grid 8 --block 128 --arg f32[800]=random:1"
    })
final class KernelsProfileCommand implements Runnable {
  @ParentCommand private KernelsCommand parent;

  @Parameters(
      paramLabel = "NAME|FILE.ptx",
      description = "A kernel; cadj kernels lists them. Or a PTX file of your own.")
  private String name;

  @Mixin private EntryOptions entry;

  @Option(
      names = "--shape",
      paramLabel = "SIZES",
      defaultValue = "",
      description =
          "Sizes to run it with, all in order (64,1280) or some by name (width=1280). What they are"
              + " called is shown with the profile, and by cadj kernels --json.")
  private String shape;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write a web page with every line of the PTX, its counts, and coloured by them.")
  private @Nullable Path html;

  @Override
  public void run() {
    Main main = parent.main();
    DeviceChoice.Requested requested = main.requestedDevice();
    if (requested == DeviceChoice.Requested.CPU) {
      throw new CommandFailure("--device: kernels are for cuda or emulated, found cpu");
    }
    boolean timed = requested == DeviceChoice.Requested.CUDA;
    if (html != null) {
      if (timed) {
        throw new CommandFailure("--html: lines are counted on --device emulated only");
      }
      OutputFile.require(html);
    }
    if (name.endsWith(".ptx")) {
      profileFile(main, timed);
      return;
    }
    if (entry.areGiven()) {
      throw new CommandFailure(
          "%s: --entry, --grid, --block, --shared and --arg are for PTX files; --shape sizes a kernel"
              .formatted(name));
    }
    Example example = Examples.of(name);
    int[] sizes = example.sizes(shape);
    if (timed) {
      time(main, example, sizes);
    } else {
      count(main, example, sizes);
    }
  }

  private void profileFile(Main main, boolean timed) {
    if (!shape.isEmpty()) {
      throw new CommandFailure(
          "--shape: for the program's own kernels; of a PTX file, give --grid");
    }
    Path path = Path.of(name);
    EntryRun run = entry.run(EntryOptions.read(path));
    Terminal terminal = main.terminal();
    if (timed) {
      time(main, run);
      return;
    }
    StringBuilder printed = new StringBuilder();
    KernelProfile profile;
    try {
      profile = Profiler.count(run, Device.host(), printed::append);
    } catch (EmulatorException e) {
      throw new CommandFailure(e.getMessage());
    }
    List<KernelResources> resources = KernelResources.of(profile);
    Path folder = path.toAbsolutePath().getParent();
    SourceListing listing = SourceListing.of(profile, run.file().module(), folder);
    ProfileText.lines(profile, resources, listing, terminal.width())
        .forEach(line -> terminal.say("%s", line));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernel", profile.name());
    json.put("device", "emulated");
    json.putAll(ProfileText.json(profile, resources));
    json.put("source_lines", ProfileText.json(listing));
    json.put("printed", printed.toString());
    page(terminal, json, ProfilePage.html(profile, resources, listing, Version.current()));
    terminal.result(json);
  }

  private void time(Main main, EntryRun run) {
    DeviceChoice choice = main.device();
    if (!(choice.device() instanceof Gpu gpu)) {
      throw new CommandFailure("--device: expected a GPU, found " + choice.reason());
    }
    if (run.isCooperative()) {
      throw new CommandFailure(
          "--device: the blocks of %s wait for each other: such launches run on emulated only"
              .formatted(run.entry().name()));
    }
    TimedLaunch launch = Profiler.time(run, gpu.driver());
    main.terminal().say("%s", choice.reason());
    main.terminal()
        .say("%10.4f ms  %s, %s", launch.milliseconds(), launch.kernel(), launch.shape());
    main.terminal().result(json(launch));
  }

  private void page(Terminal terminal, Map<String, Object> json, String page) {
    if (html != null) {
      AtomicFile.write(html, fresh -> Files.writeString(fresh, page));
      json.put("page", html.toString());
      terminal.say("");
      terminal.say("Look at %s", html);
    }
  }

  private void count(Main main, Example example, int[] sizes) {
    Terminal terminal = main.terminal();
    KernelProfile profile = Profiler.count(example, sizes, Device.host()).get(name);
    if (profile == null) {
      throw new CommandFailure(
          "--shape: %s does not launch %s with %s, but with %s it does"
              .formatted(example.name(), name, example.words(sizes), example.words()));
    }
    List<KernelResources> resources = KernelResources.of(profile);
    terminal.say("%s with %s", example.name(), example.words(sizes));
    ProfileText.lines(profile, resources, SourceListing.NONE, terminal.width())
        .forEach(line -> terminal.say("%s", line));
    Map<String, Object> json = json(example, sizes, "emulated");
    json.putAll(ProfileText.json(profile, resources));
    page(
        terminal,
        json,
        ProfilePage.html(profile, resources, SourceListing.NONE, Version.current()));
    terminal.result(json);
  }

  private void time(Main main, Example example, int[] sizes) {
    Terminal terminal = main.terminal();
    DeviceChoice choice = main.device();
    terminal.say("%s", choice.reason());
    if (!(choice.device() instanceof Gpu gpu)) {
      throw new CommandFailure("--device: expected a GPU, found " + choice.reason());
    }
    Driver driver = gpu.driver();
    List<TimedLaunch> launches = Profiler.time(example, sizes, driver);
    terminal.say("%s with %s", example.name(), example.words(sizes));
    terminal.say("");
    for (TimedLaunch launch : launches) {
      terminal.say("%10.4f ms  %s, %s", launch.milliseconds(), launch.kernel(), launch.shape());
    }
    Map<String, Object> json = json(example, sizes, driver.name());
    json.put("launches", launches.stream().map(KernelsProfileCommand::json).toList());
    terminal.result(json);
  }

  private static Map<String, Object> json(TimedLaunch it) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernel", it.kernel());
    json.put("shape", it.shape().toString());
    json.put("milliseconds", it.milliseconds());
    return json;
  }

  private Map<String, Object> json(Example example, int[] sizes, String device) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernel", name);
    json.put("device", device);
    json.put("example", example.name());
    Map<String, Object> shape = new LinkedHashMap<>();
    for (int i = 0; i < sizes.length; i++) {
      shape.put(example.sizes().get(i).name(), sizes[i]);
    }
    json.put("sizes", shape);
    return json;
  }
}
