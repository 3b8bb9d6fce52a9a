package cadj.bench.gpu;

import cadj.bench.attention.AttentionCall;
import cadj.bench.geglu.GegluCall;
import cadj.bench.groupnorm.NormedSilu;
import cadj.bench.layernorm.LayerNormCall;
import cadj.bench.peer.Contender;
import cadj.bench.peer.Peer;
import cadj.bench.rmsnorm.RmsNormCall;
import cadj.bench.softmax.SoftmaxCall;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Gpu;
import java.util.List;

/// The same operations with cuBLAS for products and cuDNN for convolutions.
///
/// @param gpu with libraries
public record NvidiaLibraries(Gpu gpu) implements Peer {
  private static final String NAME = "cuBLAS/cuDNN";

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void start(int threads) {}

  /// None where the libraries have no part in the work.
  @Override
  public List<Contender> contenders(Workload workload) {
    boolean multiplies =
        switch (workload) {
          case AttentionCall _,
              NormedSilu _,
              GegluCall _,
              SoftmaxCall _,
              LayerNormCall _,
              RmsNormCall _ ->
              false;
          default -> true;
        };
    return multiplies ? List.of(new OnGpu(NAME, gpu, workload)) : List.of();
  }
}
