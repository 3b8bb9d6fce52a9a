package cadj.bench.peer.openblas;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import cadj.bench.gemm.GemmCall;
import cadj.bench.peer.Calls;
import cadj.bench.peer.Contender;
import cadj.bench.peer.Peer;
import cadj.bench.workload.Workload;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/// OpenBLAS's SGEMM, on memory of its own.
public final class OpenBlas implements Peer {
  private static final String NAME = "OpenBLAS";

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void start(int threads) {
    openblas.blas_set_num_threads(threads);
  }

  @Override
  public List<Contender> contenders(Workload workload) {
    return workload instanceof GemmCall product ? List.of(new Sgemm(product)) : List.of();
  }

  private static final class Sgemm extends Calls {
    private final GemmShape shape;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    Sgemm(GemmCall product) {
      super(NAME);
      shape = product.shape();
      a = new FloatPointer(Workload.values(product.a()));
      b = new FloatPointer(Workload.values(product.b()));
      c = new FloatPointer((long) product.c().length());
    }

    @Override
    protected void call() {
      cblas_sgemm(
          CblasRowMajor,
          shape.transA() ? CblasTrans : CblasNoTrans,
          shape.transB() ? CblasTrans : CblasNoTrans,
          shape.m(),
          shape.n(),
          shape.k(),
          1,
          a,
          shape.lda(),
          b,
          shape.ldb(),
          0,
          c,
          shape.ldc());
    }

    @Override
    public List<F32> results() {
      call();
      float[] values = new float[shape.m() * shape.n()];
      c.get(values);
      return List.of(F32.of(values));
    }

    @Override
    public void close() {
      a.close();
      b.close();
      c.close();
    }
  }
}
