package cadj.bench.process;

import cadj.bench.peer.Contender;
import cadj.bench.peer.Peer;
import cadj.bench.step.DenoiserForward;
import cadj.bench.step.StableDiffusion;
import cadj.bench.workload.Workload;
import java.nio.file.Path;
import java.util.List;

/// ONNX Runtime, which computes forward passes of a UNet that somebody exported: [OnnxTurn].
public final class OnnxRuntime implements Peer {
  private static final String NAME = "ONNX Runtime";

  private final StepsProcess unet;

  /// @param file the UNet of Stable Diffusion 1.4's size
  public OnnxRuntime(Path file, int threads) {
    unet =
        new StepsProcess(
            OwnProcess.java(
                OnnxTurn.class.getName(), file.toAbsolutePath().toString(), "--threads=" + threads),
            peak -> {});
  }

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  /// Its process is told.
  @Override
  public void start(int threads) {}

  @Override
  public List<Contender> contenders(Workload workload) {
    return workload instanceof DenoiserForward forward && forward.model() instanceof StableDiffusion
        ? List.of(unet.figure(NAME, "forward" + forward.batch(), forward.side()))
        : List.of();
  }
}
