package cadj.bench.peer.libtorch;

import ai.djl.engine.Engine;
import cadj.bench.attention.AttentionCall;
import cadj.bench.conv.Convolution;
import cadj.bench.geglu.GegluCall;
import cadj.bench.gemm.GemmCall;
import cadj.bench.groupnorm.NormedSilu;
import cadj.bench.layernorm.LayerNormCall;
import cadj.bench.peer.Contender;
import cadj.bench.peer.Peer;
import cadj.bench.rmsnorm.RmsNormCall;
import cadj.bench.softmax.SoftmaxCall;
import cadj.bench.workload.Workload;
import java.util.List;

/// libtorch's operations, one call of its interpreter each.
public final class LibTorch implements Peer {
  static final String NAME = "libtorch";

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  /// DJL unpacks its libraries on the first start, and must not look for others.
  @Override
  public void start(int threads) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    String folder = System.getProperty("cadj.bench.libraries");
    if (folder != null) {
      System.setProperty("ENGINE_CACHE_DIR", folder);
      System.setProperty("DJL_CACHE_DIR", folder);
    }
    Engine.getEngine("PyTorch");
  }

  @Override
  public List<Contender> contenders(Workload workload) {
    return switch (workload) {
      case GemmCall product -> List.of(Operations.product(product));
      case Convolution convolution -> List.of(Operations.convolution(convolution));
      case AttentionCall attention -> List.of(Operations.attention(attention));
      case NormedSilu norm -> List.of(Operations.normedSilu(norm));
      case GegluCall geglu -> List.of(Operations.geglu(geglu));
      case SoftmaxCall softmax -> List.of(Operations.softmax(softmax));
      case LayerNormCall norm -> List.of(Operations.layerNorm(norm));
      case RmsNormCall norm -> List.of(Operations.rmsNorm(norm));
      default -> List.of();
    };
  }
}
