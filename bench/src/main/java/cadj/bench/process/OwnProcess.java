package cadj.bench.process;

import cadj.bench.peer.Contender;
import cadj.bench.peer.Ours;
import cadj.bench.step.DenoiserForward;
import cadj.bench.step.EraseStep;
import cadj.bench.step.SizedModel;
import cadj.bench.step.StableDiffusion;
import cadj.bench.step.Turn;
import cadj.bench.workload.Workload;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/// This program, whose denoisers get processes of their own when peers' have some: [Turn].
public final class OwnProcess {
  private final StepsProcess unet;
  private final StepsProcess sd3;

  /// @param peak is told each process's peak memory in GiB
  public OwnProcess(int threads, DoubleConsumer peak) {
    List<String> command = java("-Dcadj.threads=" + threads, Turn.class.getName());
    unet = process(command, Turn.UNET, peak);
    sd3 = process(command, Turn.SD3, peak);
  }

  /// The command line of another main class of this program: same Java, options and class path.
  ///
  /// @param arguments options, the program's class, and what it is told
  static List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static StepsProcess process(List<String> command, String model, DoubleConsumer peak) {
    List<String> all = new ArrayList<>(command);
    all.add(model);
    return new StepsProcess(all, peak);
  }

  private StepsProcess process(SizedModel model) {
    return model instanceof StableDiffusion ? unet : sd3;
  }

  public Contender contender(Workload workload) {
    return switch (workload) {
      case DenoiserForward forward ->
          process(forward.model()).figure(Ours.NAME, "forward" + forward.batch(), forward.side());
      case EraseStep erase ->
          process(erase.model()).figure(Ours.NAME, "erase_sparing", erase.side());
      default -> new Ours(workload);
    };
  }
}
