package cadj.cad.cli;

import cadj.cad.Version;
import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.models.files.EmbeddedModels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `cadj doctor`: what this machine has, what is missing, and how to get it.
@Command(
    name = "doctor",
    header = "Tells what machine this is, what is missing, and how to get it.",
    description = "")
final class DoctorCommand implements Runnable {
  private static final long COMFORTABLE_HEAP = 12L << 30;

  @ParentCommand private Main main;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    long bytes = Runtime.getRuntime().maxMemory();
    String java = "%s, %s".formatted(Runtime.version(), System.getProperty("java.vm.name"));
    String system = "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.arch"));
    DeviceChoice device = main.device();
    List<Finding> findings =
        List.of(
            new Finding("cadj", Version.current()),
            new Finding("java", java),
            new Finding("system", system),
            new Finding("processors", Runtime.getRuntime().availableProcessors()),
            new Finding("threads", Device.host().threads()),
            new Finding("vector width", bits + " bits", "vector_width_bits", bits),
            new Finding(
                "memory for tensors",
                "%.1f GiB".formatted(bytes / 0x1p30),
                "memory_for_tensors_bytes",
                bytes),
            new Finding("device", device.reason()),
            new Finding("precision", precision(device)),
            new Finding(
                "libraries",
                device.libraries().isEmpty()
                    ? "none of NVIDIA's"
                    : String.join("\n" + " ".repeat(21), device.libraries()),
                "libraries",
                device.libraries()),
            new Finding(
                "embedded models",
                String.join(", ", EmbeddedModels.NAMES),
                "embedded_models",
                EmbeddedModels.NAMES));
    Map<String, Object> json = new LinkedHashMap<>();
    for (Finding finding : findings) {
      terminal.say("%-20s %s", finding.name, finding.words);
      json.put(finding.key, finding.value);
    }
    List<String> advice = advice(device);
    terminal.say("");
    advice.forEach(terminal::say);
    if (advice.isEmpty()) {
      terminal.say("Nothing is missing. Try: %s demo", Terminal.program());
    }
    json.put("advice", advice);
    terminal.result(json);
  }

  private static String precision(DeviceChoice device) {
    return device.device() instanceof Gpu gpu ? gpu.precision().toString() : "fp32";
  }

  /// For people, and for machines.
  private record Finding(String name, String words, String key, Object value) {
    /// What is the same for both.
    Finding(String name, Object value) {
      this(name, value.toString(), name.replace(' ', '_'), value);
    }
  }

  private static List<String> advice(DeviceChoice device) {
    ArrayList<String> advice = new ArrayList<>();
    if (device.advice() != null) {
      advice.add(device.advice());
    }
    VectorSupport.notCompiled().ifPresent(advice::add);
    if (FloatVector.SPECIES_PREFERRED.length() < 8) {
      advice.add(
          "Vectors are narrow: a processor with AVX2 or AVX-512 computes several times faster.");
    }
    if (Runtime.getRuntime().maxMemory() < COMFORTABLE_HEAP) {
      advice.add(
          "Less than 12 GiB for tensors: enough for the embedded model; attribution on Stable"
              + " Diffusion wants more (CADJ_OPTS=-Xmx14g, if the machine has it).");
    }
    return advice;
  }
}
