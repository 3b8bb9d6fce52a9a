package cadj.cad.cli;

import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// Options that every command takes.
final class GlobalOptions {
  private static final int MOST_THREADS = 512;
  private static final long LEAST_MEMORY = 256L << 20;
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})([gGmM])");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--threads",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      description = "Compute with N threads (default: all cores). Results do not depend on it.")
  private @Nullable Integer threads;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      scope = ScopeType.INHERIT,
      description =
          "Use no more than SIZE of memory for tensors, such as 12g (default: 80 %% of the"
              + " machine's). What does not fit is computed twice, left in the model's files or put"
              + " in a temporary one beside --out. Results do not depend on it.")
  private @Nullable String memory;

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda|emulated|emulated-checked",
      scope = ScopeType.INHERIT,
      description =
          "Where to compute: the processor, an NVIDIA GPU, or a GPU emulated in Java, which runs"
              + " the same kernels slowly, and more slowly where it also checks them for races"
              + " (default: cuda where it can be used, else cpu).")
  private DeviceChoice.@Nullable Requested device;

  @Option(
      names = "--no-nvidia-libs",
      scope = ScopeType.INHERIT,
      description =
          "On a GPU, multiply and convolve with the program's own kernels, not with cuBLAS and"
              + " cuDNN.")
  private boolean noNvidiaLibraries;

  @Option(
      names = "--matmul-precision",
      paramLabel = "highest|high|medium",
      defaultValue = "highest",
      scope = ScopeType.INHERIT,
      description =
          "On a GPU, multiply and attend in single precision, TF32 or BF16 (default:"
              + " ${DEFAULT-VALUE}); PyTorch's words.")
  private MatmulPrecision precision;

  @Option(
      names = "--conv-tf32",
      paramLabel = "on|off",
      defaultValue = "on",
      scope = ScopeType.INHERIT,
      description =
          "On a GPU, whether convolutions may round their factors to TF32 (default:"
              + " ${DEFAULT-VALUE}, as PyTorch's).")
  private OnOff convTf32;

  @Option(
      names = "--weights",
      paramLabel = "fp32|fp16|bf16",
      scope = ScopeType.INHERIT,
      description =
          "On a GPU, the type in which a model's weights lie in its memory; they are widened inside"
              + " of products (default: fp32).")
  private @Nullable WeightType weights;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description =
          "Print the result as one JSON object on standard output, and nothing else there.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print nothing but errors (and what --json asks for).")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Print details too: how memory is used, and how much it was.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Explain the command.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print the version.")
  @SuppressWarnings("UnusedVariable") // likewise
  private boolean version;

  /// Sets up the machine; before any tensor exists.
  void apply() {
    if (threads != null) {
      if (threads < 1 || threads > MOST_THREADS) {
        throw new ParameterException(
            spec.commandLine(),
            "--threads: expected 1 to %d, got %d".formatted(MOST_THREADS, threads));
      }
      System.setProperty("cadj.threads", threads.toString());
    }
    if (memory != null) {
      checkHeap(memory);
    }
  }

  /// The launcher has passed the limit to the virtual machine, which cannot change it any more.
  private void checkHeap(String size) {
    Matcher match = SIZE.matcher(size);
    if (!match.matches()) {
      throw new ParameterException(
          spec.commandLine(), "--memory: expected a size such as 12g or 800m, got " + size);
    }
    long bytes = Long.parseLong(match.group(1)) << ("g".equalsIgnoreCase(match.group(2)) ? 30 : 20);
    if (bytes < LEAST_MEMORY) {
      throw new ParameterException(
          spec.commandLine(), "--memory: expected at least 256m, got " + size);
    }
    if (Runtime.getRuntime().maxMemory() > bytes) {
      throw new ParameterException(
          spec.commandLine(),
          "--memory: works with the launcher ./cadj only; else start with -Xmx");
    }
  }

  /// The device that is asked for, and why it is that one.
  ///
  /// @throws CommandFailure if it cannot be used
  DeviceChoice device() {
    try {
      DType type = weights == null ? DType.F32 : weights.dtype();
      DeviceChoice choice =
          DeviceChoice.of(
              device,
              !noNvidiaLibraries,
              new Precision(precision, convTf32 == OnOff.ON, type),
              Device.host());
      if (type != DType.F32 && choice.device() instanceof Cpu) {
        throw new CommandFailure(
            "--weights %s: a GPU's memory; the processor leaves weights in their files as they are where --memory is short (%s)"
                .formatted(weights.name().toLowerCase(Locale.ROOT), choice.reason()));
      }
      return choice;
    } catch (IllegalStateException e) {
      throw new CommandFailure(e.getMessage());
    }
  }

  DeviceChoice.@Nullable Requested requestedDevice() {
    return device;
  }

  Terminal terminal() {
    return new Terminal(json, quiet, verbose);
  }
}
