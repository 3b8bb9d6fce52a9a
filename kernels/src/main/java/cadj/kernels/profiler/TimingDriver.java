package cadj.kernels.profiler;

import cadj.kernels.device.Driver;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Another driver, with a mark before and after every launch.
final class TimingDriver implements Driver {
  private final Driver driver;
  private final Map<Long, String> kernels = new HashMap<>();
  private final List<Marked> marked = new ArrayList<>();

  TimingDriver(Driver driver) {
    this.driver = driver;
  }

  private record Marked(String kernel, LaunchShape shape, long before, long after) {}

  /// Launches since this was last asked for.
  List<TimedLaunch> launches() {
    List<TimedLaunch> launches = new ArrayList<>();
    for (Marked it : marked) {
      double milliseconds = driver.milliseconds(it.before, it.after);
      launches.add(new TimedLaunch(it.kernel, it.shape, milliseconds));
      driver.forget(it.before);
      driver.forget(it.after);
    }
    marked.clear();
    return launches;
  }

  @Override
  public void launch(long function, LaunchShape shape, MemorySegment arguments) {
    long before = driver.mark();
    driver.launch(function, shape, arguments);
    marked.add(new Marked(kernels.getOrDefault(function, "?"), shape, before, driver.mark()));
  }

  @Override
  public long function(long module, String kernel) {
    long function = driver.function(module, kernel);
    kernels.put(function, kernel);
    return function;
  }

  @Override
  public String name() {
    return driver.name();
  }

  @Override
  public long freeBytes() {
    return driver.freeBytes();
  }

  @Override
  public int capability() {
    return driver.capability();
  }

  @Override
  public int multiprocessors() {
    return driver.multiprocessors();
  }

  @Override
  public int sharedBytesPerBlock() {
    return driver.sharedBytesPerBlock();
  }

  @Override
  public long allocate(long bytes) {
    return driver.allocate(bytes);
  }

  @Override
  public void free(long address) {
    driver.free(address);
  }

  @Override
  public void copyIn(long to, MemorySegment from) {
    driver.copyIn(to, from);
  }

  @Override
  public void copyOut(MemorySegment to, long from) {
    driver.copyOut(to, from);
  }

  @Override
  public void copy(long to, long from, long bytes) {
    driver.copy(to, from, bytes);
  }

  @Override
  public void fill(long to, int bits, long count) {
    driver.fill(to, bits, count);
  }

  @Override
  public long load(PtxSource source) {
    return driver.load(source);
  }

  @Override
  public void synchronize() {
    driver.synchronize();
  }

  @Override
  public long mark() {
    return driver.mark();
  }

  @Override
  public double milliseconds(long from, long to) {
    return driver.milliseconds(from, to);
  }

  @Override
  public void forget(long mark) {
    driver.forget(mark);
  }

  @Override
  public void close() {
    driver.close();
  }
}
