package cadj.bench.peer;

/// A contender within this process, timed by calling it.
public abstract class Calls implements Contender {
  private final String name;

  /// Seconds that the last call of a turn or warm-up took.
  private double last;

  protected Calls(String name) {
    this.name = name;
  }

  /// Does the workload once.
  protected abstract void call();

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final void warmUp(double seconds) {
    perCall(seconds);
  }

  /// The first call after others had their turn refills caches and wakes threads: it does not
  /// count, unless it is so long that this does not matter.
  @Override
  public final double turn(double atLeast) {
    if (last < atLeast) {
      call();
    }
    return perCall(atLeast);
  }

  private double perCall(double atLeast) {
    long start = System.nanoTime();
    int calls = 0;
    double total;
    double before = 0;
    do {
      call();
      calls++;
      total = (System.nanoTime() - start) * 1e-9;
      last = total - before;
      before = total;
    } while (total < atLeast);
    return total / calls;
  }
}
