package cadj.kernels.profiler;

import cadj.kernels.device.Driver;
import cadj.kernels.device.ForwardingDriver;
import cadj.kernels.device.LaunchShape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Another driver, with a mark before and after every launch.
final class TimingDriver extends ForwardingDriver {
  private final Map<Long, String> kernels = new HashMap<>();
  private final List<Marked> marked = new ArrayList<>();

  TimingDriver(Driver driver) {
    super(driver);
  }

  private record Marked(String kernel, LaunchShape shape, long before, long after) {}

  /// Launches since this was last asked for.
  List<TimedLaunch> launches() {
    List<TimedLaunch> launches = new ArrayList<>();
    for (Marked it : marked) {
      double milliseconds = milliseconds(it.before, it.after);
      launches.add(new TimedLaunch(it.kernel, it.shape, milliseconds));
      forget(it.before);
      forget(it.after);
    }
    marked.clear();
    return launches;
  }

  @Override
  public void launch(long function, LaunchShape shape, MemorySegment arguments) {
    long before = mark();
    super.launch(function, shape, arguments);
    marked.add(new Marked(kernels.getOrDefault(function, "?"), shape, before, mark()));
  }

  @Override
  public long function(long module, String kernel) {
    long function = super.function(module, kernel);
    kernels.put(function, kernel);
    return function;
  }
}
