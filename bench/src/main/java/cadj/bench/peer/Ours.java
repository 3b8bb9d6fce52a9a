package cadj.bench.peer;

import cadj.bench.workload.Workload;

/// This program.
public final class Ours extends Calls {
  public static final String NAME = "cadj";

  private final Workload workload;

  public Ours(Workload workload) {
    super(NAME);
    this.workload = workload;
  }

  @Override
  protected void call() {
    workload.run();
  }
}
