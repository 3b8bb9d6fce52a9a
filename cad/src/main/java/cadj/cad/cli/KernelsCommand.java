package cadj.cad.cli;

import cadj.kernels.profiler.KernelEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `cadj kernels`: the kernels for GPUs, which need none to be looked at.
@Command(
    name = "kernels",
    header = "Lists the GPU kernels; profiles one, or runs PTX of your own.",
    description = {
      "",
      "Every kernel with its file, the registers it takes on an A100 (sm_80), and what it does. No"
          + " GPU is needed for that.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj kernels",
      "  cadj kernels profile geglu_forward --shape 64,1280 --html geglu.html",
      "  cadj kernels run sums.ptx --grid 8 --block 128 --arg f32[800]=random:1"
    },
    subcommands = {KernelsRunCommand.class, KernelsProfileCommand.class})
final class KernelsCommand implements Runnable {
  @ParentCommand private Main main;

  Main main() {
    return main;
  }

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    List<KernelEntry> entries = KernelEntry.all();
    int name = widest(entries.stream().map(KernelEntry::name).toList());
    int place = widest(entries.stream().map(KernelEntry::place).toList());
    String row = "%%-%ds  %%-%ds  %%9s  %%s".formatted(name, place);
    terminal.say(row, "kernel", "file", "registers", "does");
    for (KernelEntry it : entries) {
      String registers = it.registers().map(Object::toString).orElse("?");
      terminal.say(row, it.name(), it.place(), registers, it.does());
    }
    terminal.result(Map.of("kernels", entries.stream().map(KernelsCommand::json).toList()));
  }

  private static int widest(List<String> column) {
    return column.stream().mapToInt(String::length).max().orElse(1);
  }

  private static Map<String, Object> json(KernelEntry it) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernel", it.name());
    json.put("place", it.place());
    json.put("registers", it.registers().orElse(null));
    json.put("does", it.does());
    json.put("example", it.example().name());
    Map<String, Object> shape = new LinkedHashMap<>();
    it.example().sizes().forEach(size -> shape.put(size.name(), size.value()));
    json.put("shape", shape);
    return json;
  }
}
