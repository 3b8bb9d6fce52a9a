package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.GemmShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// [GemmVector] with limits so low that small products need several slabs, and share A: the
/// contract one k block at a time, and shapes with ragged ends of every blocking loop.
class GemmBlocksTest extends GemmContract {
  private static final int WIDTH = PackedProduct.WIDTH;
  private static final int HEIGHT = PackedProduct.MAX_HEIGHT;

  /// Four blocks of k, the last shorter.
  private static final int K = 3 * PackedProduct.MAX_DEPTH + 5;

  private final Cpu cpu = new Cpu(2);
  private int slab = 1;

  @Override
  void multiply(
      GemmShape shape,
      Buffer c,
      Buffer a,
      Buffer b,
      @Nullable Buffer bias,
      @Nullable Buffer residual) {
    new GemmVector(cpu, slab, 0).multiply(shape, c, a, b, bias, residual);
  }

  @Override
  DType dtype() {
    return DType.F32;
  }

  @Test
  void blocksOfKAreRagged() {
    int depth = PackedProduct.evenDepth(K);
    assertEquals(4, Math.ceilDiv(K, depth));
    assertEquals(3, K % depth == 0 ? 0 : K / depth);
  }

  static List<Product> ragged() {
    int[][] sizes = {
      // A is shared: one row to two blocks of rows, panels for several tasks
      {1, 9 * WIDTH + 3},
      {2 * HEIGHT + 1, 9 * WIDTH - 1},
      {147, 5 * WIDTH + 1},
      // B is shared: one column to panels for several tasks, one to three blocks of rows
      {2 * HEIGHT - 1, 1},
      {150, WIDTH + 1},
      {295, 4 * WIDTH - 1},
      {4 * WIDTH + 6, 4 * WIDTH + 5},
      // of a transposed A: one block of rows, and three, shared or not
      {PackedProduct.MAX_DEPTH, 8 * WIDTH - 1},
      {2 * PackedProduct.PITCH + 28, WIDTH + 2},
      {2 * PackedProduct.PITCH + 28, 2 * PackedProduct.PITCH + 48},
    };
    List<Product> products = new ArrayList<>();
    for (int i = 0; i < 4 * sizes.length; i++) {
      boolean transA = i % 2 == 0;
      boolean transB = i / 2 % 2 == 0;
      int m = sizes[i / 4][0];
      int n = sizes[i / 4][1];
      int lda = (transA ? m : K) + 3;
      int ldb = (transB ? K : n) + 2;
      int batch = m * n < 6000 ? 2 : 1;
      products.add(
          new Product(
              new GemmShape(
                  transA,
                  transB,
                  m,
                  n,
                  K,
                  lda,
                  ldb,
                  n + 1,
                  batch,
                  (transA ? K : m) * lda + 5,
                  (transB ? n : K) * ldb + 4,
                  m * (n + 1) + 2,
                  i % 3 - 1),
              i % 4 > 1,
              i % 3 == 0,
              i));
    }
    return products;
  }

  /// One block, two and three to a slab, and all.
  @ParameterizedTest
  @MethodSource("ragged")
  void everySlabIsAdded(Product product) {
    int shared =
        product.shape().m() < product.shape().n()
            ? (product.shape().transA() ? PackedProduct.evenDepth(K) : product.shape().m())
                * PackedProduct.PITCH
            : Math.ceilDiv(product.shape().n(), WIDTH) * WIDTH * PackedProduct.evenDepth(K);
    for (int blocks = 1; blocks <= 4; blocks++) {
      slab = blocks * shared;
      product.check(this);
    }
  }
}
