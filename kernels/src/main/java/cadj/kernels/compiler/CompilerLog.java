package cadj.kernels.compiler;

import cadj.kernels.device.PtxSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The compiler's log (`-v`), parsed.
final class CompilerLog {
  private static final Pattern KERNEL = Pattern.compile("Compiling entry function '([^']+)'");
  private static final Pattern MEMORY =
      Pattern.compile(
          "([0-9]+) bytes stack frame, ([0-9]+) bytes spill stores, ([0-9]+) bytes spill loads");
  private static final Pattern REGISTERS = Pattern.compile("Used ([0-9]+) registers");
  private static final Pattern SHARED = Pattern.compile("([0-9]+) bytes smem");
  private static final Pattern TROUBLE =
      Pattern.compile("ptxas .*?, line ([0-9]+); (?:error|fatal) *: *(.*)");

  private CompilerLog() {}

  /// By name, in the order of the log.
  static Map<String, CompiledKernel> kernels(String log) {
    Map<String, CompiledKernel> kernels = new LinkedHashMap<>();
    String kernel = null;
    int stack = 0;
    int spilled = 0;
    for (String line : log.lines().toList()) {
      Matcher starts = KERNEL.matcher(line);
      Matcher memory = MEMORY.matcher(line);
      Matcher registers = REGISTERS.matcher(line);
      if (starts.find()) {
        kernel = starts.group(1);
        stack = 0;
        spilled = 0;
      } else if (memory.find()) {
        // Of the kernel, and again of each function that it calls and that is not merged into it.
        stack += Integer.parseInt(memory.group(1));
        spilled += Integer.parseInt(memory.group(2)) + Integer.parseInt(memory.group(3));
      } else if (registers.find() && kernel != null) {
        Matcher shared = SHARED.matcher(line);
        kernels.put(
            kernel,
            new CompiledKernel(
                Integer.parseInt(registers.group(1)),
                stack,
                spilled,
                shared.find() ? Integer.parseInt(shared.group(1)) : 0));
      }
    }
    return kernels;
  }

  /// The compiler's complaints, each with the file and line it is about.
  static IllegalArgumentException failure(PtxSource source, Architecture machine, String log) {
    List<String> troubles = new ArrayList<>();
    for (String line : log.lines().toList()) {
      Matcher trouble = TROUBLE.matcher(line);
      if (trouble.find()) {
        troubles.add(source.place(Integer.parseInt(trouble.group(1))) + ": " + trouble.group(2));
      }
    }
    return new IllegalArgumentException(
        "%s for %s: %s"
            .formatted(
                source.name(),
                machine.text(),
                troubles.isEmpty() ? log.strip() : String.join("; ", troubles)));
  }
}
