package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.MatMul.matmul;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.List;

final class MatMulSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return MatMul.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        product("matrices", normal(3, 4), normal(4, 2)),
        product("square", normal(3, 3), normal(3, 3)),
        product("row times column", normal(1, 4), normal(4, 1)),
        product("column times row", normal(4, 1), normal(1, 3)),
        product("batch", normal(2, 3, 4), normal(2, 4, 2)),
        product("two batch dimensions", normal(2, 3, 2, 4), normal(2, 3, 4, 2)),
        product("one b for all", normal(2, 3, 4), normal(4, 5)),
        product("one b for all, batched", normal(2, 3, 4), normal(1, 4, 5)),
        product("one a for all", normal(3, 4), normal(2, 4, 2)),
        product("batches broadcast both ways", normal(2, 1, 3, 4), normal(1, 3, 4, 2)),
        product("batch broadcast within", normal(2, 1, 3, 4), normal(2, 3, 4, 2)),
        product("empty batch", normal(0, 3, 4), normal(0, 4, 2)),
        product("no terms", normal(2, 0), normal(0, 3)));
  }

  private static Sample product(String name, Input a, Input b) {
    return sample(name, in -> matmul(in[0], in[1]), a, b).expecting(in -> plain(in[0], in[1]));
  }

  private static double[] plain(Tensor a, Tensor b) {
    Shape batch =
        Shape.broadcast(
            BatchedProduct.batch(a.shape()), BatchedProduct.batch(b.shape()), "expected");
    int m = a.dim(-2);
    int k = a.dim(-1);
    int n = b.dim(-1);
    double[] x = a.expand(Matrices.matrices(batch, m, k)).toDoubles();
    double[] y = b.expand(Matrices.matrices(batch, k, n)).toDoubles();
    double[] out = new double[batch.elements() * m * n];
    for (int i = 0; i < out.length; i++) {
      int row = i / n;
      int matrix = row / m;
      for (int p = 0; p < k; p++) {
        out[i] += x[row * k + p] * y[(matrix * k + p) * n + i % n];
      }
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor a = Tensor.of(new double[6], 2, 3);
    return List.of(
        new Misuse("matmul: a [2,3] expects 3 rows in b (dim -2), got b [2,3]", () -> matmul(a, a)),
        new Misuse(
            "matmul: b must have at least 2 dimensions, got [3]",
            () -> matmul(a, Tensor.of(new double[3], 3))),
        new Misuse(
            "matmul: cannot broadcast [2] with [3]",
            () -> matmul(Tensor.of(new double[12], 2, 2, 3), Tensor.of(new double[18], 3, 3, 2))));
  }
}
