package cadj.kernels.device;

/// Sizes and pitches of one batched product; pitches and strides count elements.
///
/// Element (i,p) of op(A) lies at `a[batch·strideA + i·lda + p]`, or `a[… + p·lda + i]` if
/// `transA`; B and C alike. A stride of 0 shares one matrix among the batch (A and B only).
public record GemmShape(
    boolean transA,
    boolean transB,
    int m,
    int n,
    int k,
    int lda,
    int ldb,
    int ldc,
    int batch,
    int strideA,
    int strideB,
    int strideC,
    float beta) {
  /// One product of densely stored matrices, overwriting C.
  public static GemmShape of(boolean transA, boolean transB, int m, int n, int k) {
    return new GemmShape(
        transA, transB, m, n, k, transA ? m : k, transB ? k : n, n, 1, 0, 0, 0, 0f);
  }

  /// The same product for `count` densely stored, consecutive matrices.
  public GemmShape batched(int count) {
    return new GemmShape(transA, transB, m, n, k, lda, ldb, ldc, count, m * k, k * n, m * n, beta);
  }

  /// The same product added to what C holds, times `factor`.
  public GemmShape withBeta(float factor) {
    return new GemmShape(
        transA, transB, m, n, k, lda, ldb, ldc, batch, strideA, strideB, strideC, factor);
  }

  /// Such as `[64,320]·[320,1280]ᵀ`, with `8 × ` before it for a batch.
  public String sizes() {
    return "%s[%d,%d]%s·[%d,%d]%s"
        .formatted(
            batch == 1 ? "" : batch + " × ",
            transA ? k : m,
            transA ? m : k,
            transA ? "ᵀ" : "",
            transB ? n : k,
            transB ? k : n,
            transB ? "ᵀ" : "");
  }
}
