package cadj.bench.process;

import cadj.bench.peer.Contender;
import cadj.bench.peer.Peer;
import cadj.bench.step.DenoiserForward;
import cadj.bench.step.EraseStep;
import cadj.bench.step.SizedModel;
import cadj.bench.step.StableDiffusion;
import cadj.bench.workload.Workload;
import java.nio.file.Path;
import java.util.List;

/// PyTorch's denoisers of the same sizes: `unet_torch.py time`, and `sd3_torch.py` beside it.
public final class PyTorch implements Peer {
  private static final String NAME = "PyTorch";

  /// A forward pass of weights and activations in bf16.
  private static final String BF16 = "PyTorch bf16";

  /// The erase step as the published code does it.
  private static final String PUBLISHED = "PyTorch published";

  private final StepsProcess unet;
  private final StepsProcess sd3;

  /// @param python the interpreter, which has torch
  /// @param script `unet_torch.py`
  public PyTorch(Path python, Path script, int threads) {
    unet = process(python, script, threads);
    sd3 = process(python, script.resolveSibling("sd3_torch.py"), threads);
  }

  private static StepsProcess process(Path python, Path script, int threads) {
    return new StepsProcess(
        List.of(python.toString(), script.toString(), "time", "--rounds=1", "--threads=" + threads),
        peak -> {});
  }

  @Override
  public List<String> names() {
    return List.of(NAME, BF16, PUBLISHED);
  }

  /// Each process is told.
  @Override
  public void start(int threads) {}

  private StepsProcess process(SizedModel model) {
    return model instanceof StableDiffusion ? unet : sd3;
  }

  @Override
  public List<Contender> contenders(Workload workload) {
    return switch (workload) {
      case DenoiserForward forward -> {
        String key = "forward" + forward.batch();
        Contender single = process(forward.model()).figure(NAME, key, forward.side());
        yield forward.model() instanceof StableDiffusion
            ? List.of(single, unet.figure(BF16, key + "_bf16", forward.side()))
            : List.of(single);
      }
      case EraseStep erase -> {
        Contender sparing = process(erase.model()).figure(NAME, "erase_sparing", erase.side());
        yield erase.model() instanceof StableDiffusion
            ? List.of(sparing, unet.figure(PUBLISHED, "erase_published", erase.side()))
            : List.of(sparing); // no code is published for the others
      }
      default -> List.of();
    };
  }
}
