package cadj.bench.peer.ejml;

import cadj.bench.gemm.GemmCall;
import cadj.bench.peer.Calls;
import cadj.bench.peer.Contender;
import cadj.bench.peer.Peer;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.F32;
import java.util.List;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_MT_FDRM;

/// EJML's products on several threads, small ones: the large would take most of a run's time to
/// show the same ratio.
public final class Ejml implements Peer {
  private static final String NAME = "EJML";
  private static final double MAX_FLOP = 1e9;

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void start(int threads) {
    EjmlConcurrency.setMaxThreads(threads);
  }

  @Override
  public List<Contender> contenders(Workload workload) {
    return workload instanceof GemmCall product && product.flop() <= MAX_FLOP
        ? List.of(new Multiplication(product))
        : List.of();
  }

  private static final class Multiplication extends Calls {
    private final boolean transA;
    private final boolean transB;
    private final FMatrixRMaj a;
    private final FMatrixRMaj b;
    private final FMatrixRMaj c;

    Multiplication(GemmCall product) {
      super(NAME);
      int m = product.shape().m();
      int n = product.shape().n();
      int k = product.shape().k();
      transA = product.shape().transA();
      transB = product.shape().transB();
      a = matrix(product.a(), transA ? k : m, transA ? m : k);
      b = matrix(product.b(), transB ? n : k, transB ? k : n);
      c = new FMatrixRMaj(m, n);
    }

    private static FMatrixRMaj matrix(Buffer values, int rows, int columns) {
      return FMatrixRMaj.wrap(rows, columns, Workload.values(values));
    }

    @Override
    protected void call() {
      if (transA) {
        CommonOps_MT_FDRM.multTransA(a, b, c);
      } else if (transB) {
        CommonOps_MT_FDRM.multTransB(a, b, c);
      } else {
        CommonOps_MT_FDRM.mult(a, b, c);
      }
    }

    @Override
    public List<F32> results() {
      call();
      return List.of(F32.of(c.data));
    }
  }
}
