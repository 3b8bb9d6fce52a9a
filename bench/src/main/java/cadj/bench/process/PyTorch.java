package cadj.bench.process;

import cadj.bench.peer.Contender;
import cadj.bench.peer.Peer;
import cadj.bench.step.EraseStep;
import cadj.bench.step.UNetForward;
import cadj.bench.workload.Workload;
import java.nio.file.Path;
import java.util.List;

/// PyTorch's UNet of the same size: `unet_torch.py time`.
public final class PyTorch implements Peer {
  private static final String NAME = "PyTorch";

  /// The erase step as the published code does it.
  private static final String PUBLISHED = "PyTorch published";

  private final UNetProcess process;

  /// @param python the interpreter, which has torch
  /// @param script `unet_torch.py`
  public PyTorch(Path python, Path script, int threads) {
    process =
        new UNetProcess(
            List.of(
                python.toString(), script.toString(), "time", "--rounds=1", "--threads=" + threads),
            peak -> {});
  }

  @Override
  public List<String> names() {
    return List.of(NAME, PUBLISHED);
  }

  /// Each process is told.
  @Override
  public void start(int threads) {}

  @Override
  public List<Contender> contenders(Workload workload) {
    return switch (workload) {
      case UNetForward forward ->
          List.of(process.figure(NAME, "forward" + forward.batch(), forward.side()));
      case EraseStep erase ->
          List.of(
              process.figure(NAME, "erase_sparing", erase.side()),
              process.figure(PUBLISHED, "erase_published", erase.side()));
      default -> List.of();
    };
  }
}
