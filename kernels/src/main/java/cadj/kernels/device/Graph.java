package cadj.kernels.device;

import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;

/// Work of a GPU recorded once, to be asked for again in one call: a CUDA graph.
///
/// Replays read and write the addresses of the recording. What the work allocated is the graph's
/// until it is closed ([GraphMemory]), whoever frees it before; all else that it reads, inputs and
/// weights, must stay where it is as long.
public final class Graph implements AutoCloseable {
  private final Gpu gpu;
  private final long graph;
  private final GraphMemory memory;
  private boolean closed;

  private Graph(Gpu gpu, long graph, GraphMemory memory) {
    this.gpu = gpu;
    this.graph = graph;
    this.memory = memory;
  }

  /// Records what `work` asks `gpu` for; none of it is done.
  ///
  /// @throws CaptureRefusedException if `work` waits for the device, reads or writes values from
  ///   the host, needs more memory than there is, or the machine or a library refuses
  static Graph capture(Gpu gpu, Runnable work) {
    GraphMemory memory = gpu.pool().beginCapture();
    boolean captured = false;
    try {
      Graph graph = new Graph(gpu, recorded(gpu.driver(), work), memory);
      captured = true;
      return graph;
    } finally {
      gpu.pool().endCapture();
      if (!captured) {
        gpu.pool().release(memory);
      }
    }
  }

  private static long recorded(Driver driver, Runnable work) {
    driver.beginCapture();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      dropCapture(driver, e);
      throw e;
    }
    return driver.endCapture();
  }

  private static void dropCapture(Driver driver, Throwable reason) {
    try {
      driver.destroy(driver.endCapture());
    } catch (CaptureRefusedException lost) {
      reason.addSuppressed(lost);
    }
  }

  /// Asks for the work once more.
  public void replay() {
    if (closed) {
      throw new IllegalStateException("a graph that was closed");
    }
    Recorder recorder = Recording.current();
    if (recorder == null) {
      gpu.driver().replay(graph);
    } else {
      LaunchRecord.of(recorder, gpu.driver(), "graph", "", () -> gpu.driver().replay(graph));
    }
  }

  /// Gives the memory back; without effect the second time.
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      gpu.driver().destroy(graph);
      gpu.pool().release(memory);
    }
  }
}
