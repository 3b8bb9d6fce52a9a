package cadj.kernels.cuda;

/// A product D = op(A)·op(B) + beta·C + bias for a batch, as BLAS means it: by columns.
///
/// @param computeType precision, in cuBLAS's numbers, as `transA` and `transB`
/// @param k columns of op(A), rows of op(B)
/// @param biasAlignment of the bias, which has one number for each row of D; 0 if there is none
record ColumnProduct(
    int computeType,
    int transA,
    int transB,
    int k,
    Matrix a,
    Matrix b,
    Matrix c,
    Matrix d,
    int batch,
    int biasAlignment) {
  /// What may be relied on of addresses. More, which blocks of the pool have, would make the choice
  /// of an algorithm depend on where a matrix happens to lie.
  private static final int MOST_ALIGNMENT = 16;

  /// Matrices of a batch.
  ///
  /// @param pitch from one column to the next
  /// @param stride from one matrix to the next
  /// @param alignment of the first one's address, in bytes
  record Matrix(long rows, long columns, int pitch, long stride, int alignment) {}

  static int alignment(long address) {
    return (int) Long.lowestOneBit(address | MOST_ALIGNMENT);
  }

  /// Such as `8 × [320,64]ᵀ·[320,4096], pitches 320, 320 and 64`.
  @Override
  public String toString() {
    return "%s[%d,%d]%s·[%d,%d]%s by columns, pitches %d, %d and %d"
        .formatted(
            batch == 1 ? "" : batch + " × ",
            a.rows,
            a.columns,
            transA == 0 ? "" : "ᵀ",
            b.rows,
            b.columns,
            transB == 0 ? "" : "ᵀ",
            a.pitch,
            b.pitch,
            d.pitch);
  }
}
