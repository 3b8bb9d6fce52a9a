package cadj.kernels.gemm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.record.Recording;
import cadj.kernels.transpose.Transpose;
import org.jspecify.annotations.Nullable;

/// [PackedProduct] over stored matrices, plain or transposed.
final class GemmVector implements GemmKernel {
  /// Products of a batch with fewer multiplications than this are not worth sharing out one by one.
  private static final long MEDIUM = 16 * PackedProduct.SMALL;

  private final Cpu cpu;
  private final int slab;
  private final int smallB;

  GemmVector(Cpu cpu) {
    this(cpu, PackedProduct.SLAB, PackedProduct.SMALL_B);
  }

  /// For tests: limits that small products meet, see [PackedProduct].
  GemmVector(Cpu cpu, int slab, int smallB) {
    this.cpu = cpu;
    this.slab = slab;
    this.smallB = smallB;
  }

  @Override
  public void multiply(
      GemmShape s, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias, @Nullable Buffer residual) {
    if (s.m() == 0 || s.n() == 0) {
      return;
    }
    F32 out = F32.of(c);
    F32 left = F32.of(a);
    F32 right = F32.of(b);
    F32 row = bias == null ? null : F32.of(bias);
    F32 added = residual == null ? null : F32.of(residual);
    long size = (long) s.m() * s.n() * s.k();
    boolean one = size >= MEDIUM || size * s.batch() < PackedProduct.SMALL;
    Recording.algorithm(one ? "packed panels" : "packed panels, a product per task");
    if (!one) {
      cpu.parallel(s.batch(), i -> multiply(s, i, out, left, right, row, added));
    } else {
      for (int i = 0; i < s.batch(); i++) {
        multiply(s, i, out, left, right, row, added);
      }
    }
  }

  private void multiply(
      GemmShape s,
      int i,
      F32 out,
      F32 left,
      F32 right,
      @Nullable F32 bias,
      @Nullable F32 residual) {
    float[] a = left.array();
    float[] b = right.array();
    int at = left.offset() + i * s.strideA();
    int bt = right.offset() + i * s.strideB();
    int ct = out.offset() + i * s.strideC();
    int depth = PackedProduct.evenDepth(s.k());
    int skipped = i * s.strideC();
    F32 added = residual == null ? null : residual.slice(skipped, residual.length() - skipped);
    new PackedProduct(
            s.transA(), s.m(), s.n(), s.k(), depth, s.beta(), out.array(), ct, s.ldc(), bias, added)
        .run(
            cpu,
            s.transA()
                ? (to, rowsAt, top, bottom, from, terms) ->
                    copy(
                        a,
                        at + from * s.lda() + top,
                        s.lda(),
                        terms,
                        bottom - top,
                        to,
                        rowsAt,
                        PackedProduct.PITCH)
                : (to, rowsAt, top, bottom, from, terms) ->
                    copy(
                        a,
                        at + top * s.lda() + from,
                        s.lda(),
                        bottom - top,
                        terms,
                        to,
                        rowsAt,
                        PackedProduct.PITCH),
            s.transB()
                ? (to, panelAt, column, width, from, terms) ->
                    Transpose.run(
                        b,
                        bt + column * s.ldb() + from,
                        s.ldb(),
                        width,
                        terms,
                        to,
                        panelAt,
                        PackedProduct.WIDTH)
                : (to, panelAt, column, width, from, terms) ->
                    copy(
                        b,
                        bt + from * s.ldb() + column,
                        s.ldb(),
                        terms,
                        width,
                        to,
                        panelAt,
                        PackedProduct.WIDTH),
            slab,
            smallB);
  }

  /// to[r, c] = from[r, c]
  private static void copy(
      float[] from, int at, int ld, int rows, int columns, float[] to, int toAt, int pitch) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, at + r * ld, to, toAt + r * pitch, columns);
    }
  }
}
