package cadj.kernels.device;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Into how many tasks work is cut for a number of threads.
public final class Splits {
  private Splits() {}

  /// The tasks of each parallel call of `work`, none of which runs.
  public static List<Integer> of(int threads, Consumer<Cpu> work) {
    List<Integer> tasks = new ArrayList<>();
    work.accept(new Cpu(threads, tasks::add));
    return tasks;
  }
}
