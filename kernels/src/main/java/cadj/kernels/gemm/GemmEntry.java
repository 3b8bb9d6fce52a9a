package cadj.kernels.gemm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.Factors;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import org.jspecify.annotations.Nullable;

/// The kernel that multiplies, of those that this room has for each precision of factors.
///
/// Which it is follows from how the operands lie in memory. All kernels of one precision add the
/// same products in the same order, so that the bits of C do not depend on it.
record GemmEntry(PtxSource source, String kernel) {
  private static final PtxSource RUNS = PtxSource.beside(GemmEntry.class, "gemm_run.ptx");
  private static final PtxSource SINGLE = PtxSource.beside(GemmEntry.class, "gemm.ptx").with(RUNS);
  private static final PtxSource ROUNDED =
      PtxSource.beside(GemmEntry.class, "gemm_mma.ptx").with(RUNS);
  private static final PtxSource AHEAD =
      PtxSource.beside(GemmEntry.class, "gemm_async.ptx").with(RUNS);

  /// C ← Σ parts + β·C + bias + residual
  static final GemmEntry SUM = new GemmEntry(SINGLE, "gemm_sum");

  /// Bytes that the kernels read and write at a time.
  private static final int VECTOR_BYTES = 16;

  /// Halves are copied ahead in whole words of 4 bytes only, also at the end of a row.
  ///
  /// @param tile edge of a block's part of C
  /// @param b of single or half precision
  /// @return null if no kernel reads `b` as it is, which happens in half precision only
  static @Nullable GemmEntry of(GemmShape s, Factors factors, int tile, Buffer a, Buffer b) {
    String stored =
        switch (b.dtype()) {
          case F16 -> "f16";
          case BF16 -> "bf16";
          default -> "f32";
        };
    boolean isHalf = b.dtype() != DType.F32;
    String size = factors.word() + "_" + tile;
    String suffix = isHalf ? "_" + stored : "";
    if (factors == Factors.F32) {
      return new GemmEntry(
          isHalf ? SINGLE.set("stored_b", stored) : SINGLE, "gemm_" + size + suffix);
    }
    boolean canCopy =
        inVectors(a, s.lda(), s.strideA())
            && inVectors(b, s.ldb(), s.strideB())
            && (!isHalf || (s.transB() ? s.k() : s.n()) % 2 == 0);
    if (canCopy && !(s.transA() && (s.transB() || isHalf))) {
      String layout = s.transA() ? "tn" : s.transB() ? "nt" : "nn";
      return new GemmEntry(
          AHEAD.set("layout", layout).set("stored_b", stored),
          "gemm_async_" + size + "_" + layout + suffix);
    }
    return isHalf ? null : new GemmEntry(ROUNDED, "gemm_" + size);
  }

  /// Whether every row of the matrices, `pitch` elements from the next, begins on a boundary of 16
  /// bytes.
  static boolean inVectors(Buffer matrices, int pitch, int stride) {
    int elements = VECTOR_BYTES / matrices.dtype().bytes();
    return Launch.aligned(matrices) && pitch % elements == 0 && stride % elements == 0;
  }
}
