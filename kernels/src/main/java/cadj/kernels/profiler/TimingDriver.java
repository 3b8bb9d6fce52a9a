package cadj.kernels.profiler;

import cadj.kernels.device.CaptureRefusedException;
import cadj.kernels.device.Driver;
import cadj.kernels.device.ForwardingDriver;
import cadj.kernels.device.LaunchShape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Passes everything on to another driver, and times each launch by events before and after it.
final class TimingDriver extends ForwardingDriver {
  private final Map<Long, String> kernels = new HashMap<>();
  private final List<Marked> marked = new ArrayList<>();

  TimingDriver(Driver driver) {
    super(driver);
  }

  private record Marked(String kernel, LaunchShape shape, long before, long after) {}

  /// The launches since the last call, with their times.
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

  /// @throws CaptureRefusedException always: in a graph, launches have no times of their own
  @Override
  public void beginCapture() {
    throw new CaptureRefusedException("each launch is timed");
  }

  @Override
  public long function(long module, String kernel) {
    long function = super.function(module, kernel);
    kernels.put(function, kernel);
    return function;
  }
}
