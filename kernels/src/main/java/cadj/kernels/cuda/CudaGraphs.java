package cadj.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;

import cadj.kernels.device.CaptureRefusedException;
import java.util.HashMap;
import java.util.Map;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
import jcuda.driver.CUstreamCaptureMode;
import org.jspecify.annotations.Nullable;

/// The stream's work as CUDA graphs: stream capture, and what came of it.
///
/// The capture is relaxed, which alone allows memory to be allocated meanwhile, and other threads
/// to go on with it. What cannot be captured is refused before CUDA sees it: a copy from pinned
/// memory, for one, could be, but each replay would copy what lies there then.
final class CudaGraphs implements AutoCloseable {
  private final JCudaDriver driver;
  private final Map<Long, CUgraphExec> graphs = new HashMap<>();
  private long last;
  private boolean capturing;

  /// What was asked for that cannot be captured, or null.
  private @Nullable String refused;

  CudaGraphs(JCudaDriver driver) {
    this.driver = driver;
  }

  void beginCapture() {
    refuseInCapture("begin to record");
    require(
        cuStreamBeginCapture(driver.stream(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED),
        "begin to record a graph");
    capturing = true;
    refused = null;
  }

  /// Must not be asked for in a capture, which is lost by it.
  void refuseInCapture(String doing) {
    if (capturing) {
      refused = refused == null ? doing : refused;
      throw new CaptureRefusedException(doing + " while a graph is recorded");
    }
  }

  long endCapture() {
    CUgraph graph = new CUgraph();
    capturing = false;
    require(cuStreamEndCapture(driver.stream(), graph), "record a graph");
    try {
      if (refused != null) {
        throw new CaptureRefusedException(refused + " while a graph was recorded");
      }
      CUgraphExec executable = new CUgraphExec();
      require(cuGraphInstantiate(executable, graph, 0), "make a graph ready");
      graphs.put(++last, executable);
      return last;
    } finally {
      cuGraphDestroy(graph);
    }
  }

  /// Whatever stands against a graph, the same work may do without one, unless nothing works.
  private void require(int result, String doing) {
    if (Cuda.endsContext(result)) {
      driver.check(result, doing);
    }
    if (result != CUresult.CUDA_SUCCESS) {
      throw new CaptureRefusedException(doing + ": " + Cuda.words(result));
    }
  }

  void replay(long graph) {
    refuseInCapture("replay a graph");
    driver.check(cuGraphLaunch(executable(graph), driver.stream()), "launch a graph");
  }

  /// CUDA lets what is running end.
  void destroy(long graph) {
    cuGraphExecDestroy(executable(graph));
    graphs.remove(graph);
  }

  private CUgraphExec executable(long graph) {
    CUgraphExec executable = graphs.get(graph);
    if (executable == null) {
      throw new IllegalArgumentException("no such graph, or destroyed: " + graph);
    }
    return executable;
  }

  @Override
  public void close() {
    graphs.values().forEach(jcuda.driver.JCudaDriver::cuGraphExecDestroy);
    graphs.clear();
  }
}
