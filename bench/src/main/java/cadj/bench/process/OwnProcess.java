package cadj.bench.process;

import cadj.bench.peer.Contender;
import cadj.bench.peer.Ours;
import cadj.bench.step.EraseStep;
import cadj.bench.step.UNetForward;
import cadj.bench.step.UNetTurn;
import cadj.bench.workload.Workload;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/// This program, whose UNet gets a process of its own when PyTorch's has one: [UNetTurn].
public final class OwnProcess {
  private final UNetProcess process;

  /// @param peak is told each process's peak memory in GiB
  public OwnProcess(int threads, DoubleConsumer peak) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-Dcadj.threads=" + threads);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(UNetTurn.class.getName());
    process = new UNetProcess(command, peak);
  }

  public Contender contender(Workload workload) {
    return switch (workload) {
      case UNetForward forward ->
          process.figure(Ours.NAME, "forward" + forward.batch(), forward.side());
      case EraseStep erase -> process.figure(Ours.NAME, "erase_sparing", erase.side());
      default -> new Ours(workload);
    };
  }
}
