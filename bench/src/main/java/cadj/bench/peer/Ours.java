package cadj.bench.peer;

import cadj.bench.workload.Workload;

/// This program.
public final class Ours extends Calls {
  private final Workload workload;

  public Ours(Workload workload) {
    super("cadj");
    this.workload = workload;
  }

  @Override
  protected void call() {
    workload.run();
  }
}
