package cadj.kernels.gemm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import org.jspecify.annotations.Nullable;

/// [PackedProduct] over stored matrices, plain or transposed.
final class GemmVector implements GemmKernel {
  private final Cpu cpu;

  GemmVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void multiply(GemmShape s, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias) {
    F32 out = F32.of(c);
    F32 left = F32.of(a);
    F32 right = F32.of(b);
    F32 row = bias == null ? null : F32.of(bias);
    if (s.m() == 0 || s.n() == 0) {
      return;
    }
    cpu.parallel(
        s.batch(),
        i -> {
          float[] x = left.array();
          float[] y = right.array();
          int xAt = left.offset() + i * s.strideA();
          int yAt = right.offset() + i * s.strideB();
          new PackedProduct(
                  s.m(),
                  s.n(),
                  s.k(),
                  s.beta(),
                  out.array(),
                  out.offset() + i * s.strideC(),
                  s.ldc(),
                  row)
              .run(
                  cpu,
                  s.transA()
                      ? (to, pitch, top, bottom, from, depth) ->
                          transpose(
                              x,
                              xAt + from * s.lda() + top,
                              s.lda(),
                              depth,
                              bottom - top,
                              to,
                              0,
                              pitch)
                      : (to, pitch, top, bottom, from, depth) ->
                          copy(
                              x,
                              xAt + top * s.lda() + from,
                              s.lda(),
                              bottom - top,
                              depth,
                              to,
                              0,
                              pitch),
                  s.transB()
                      ? (to, at, pitch, column, width, from, depth) ->
                          transpose(
                              y,
                              yAt + column * s.ldb() + from,
                              s.ldb(),
                              width,
                              depth,
                              to,
                              at,
                              pitch)
                      : (to, at, pitch, column, width, from, depth) ->
                          copy(
                              y,
                              yAt + from * s.ldb() + column,
                              s.ldb(),
                              depth,
                              width,
                              to,
                              at,
                              pitch));
        });
  }

  /// to[r, c] = from[r, c]
  private static void copy(
      float[] from, int at, int ld, int rows, int columns, float[] to, int toAt, int pitch) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, at + r * ld, to, toAt + r * pitch, columns);
    }
  }

  /// to[c, r] = from[r, c], four rows at a time, so that writes come in fours.
  private static void transpose(
      float[] from, int at, int ld, int rows, int columns, float[] to, int toAt, int pitch) {
    int r = 0;
    for (; r <= rows - 4; r += 4) {
      int r0 = at + r * ld;
      int r1 = r0 + ld;
      int r2 = r1 + ld;
      int r3 = r2 + ld;
      for (int c = 0; c < columns; c++) {
        int out = toAt + c * pitch + r;
        to[out] = from[r0 + c];
        to[out + 1] = from[r1 + c];
        to[out + 2] = from[r2 + c];
        to[out + 3] = from[r3 + c];
      }
    }
    for (; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        to[toAt + c * pitch + r] = from[at + r * ld + c];
      }
    }
  }
}
