package cadj.kernels.emulator;

import cadj.kernels.device.CaptureRefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Work that an emulated device records instead of doing it, and the graphs made of it.
final class Captures {
  private final Map<Long, List<Runnable>> graphs = new HashMap<>();
  private long last;

  /// What is recorded, or null while nothing is.
  private @Nullable List<Runnable> recorded;

  /// What was asked for that cannot be recorded, or null.
  private @Nullable String refused;

  boolean isRecording() {
    return recorded != null;
  }

  void begin() {
    refuse("begin to record");
    recorded = new ArrayList<>();
  }

  void doOrRecord(Runnable work) {
    if (recorded == null) {
      work.run();
    } else {
      recorded.add(work);
    }
  }

  /// Must not be asked for in a recording, which is lost by it.
  void refuse(String doing) {
    if (recorded != null) {
      refused = refused == null ? doing : refused;
      throw new CaptureRefusedException(doing + " while a graph is recorded");
    }
  }

  long end() {
    List<Runnable> all = recorded;
    String why = refused;
    recorded = null;
    refused = null;
    if (all == null) {
      throw new IllegalStateException("no graph is being recorded");
    }
    if (why != null) {
      throw new CaptureRefusedException(why + " while a graph was recorded");
    }
    graphs.put(++last, all);
    return last;
  }

  void replay(long graph) {
    requireGraph(graph).forEach(Runnable::run);
  }

  void destroy(long graph) {
    requireGraph(graph);
    graphs.remove(graph);
  }

  List<Runnable> requireGraph(long graph) {
    List<Runnable> work = graphs.get(graph);
    if (work == null) {
      throw new IllegalArgumentException("no such graph, or destroyed: " + graph);
    }
    return work;
  }
}
