package cadj.cad.method.closedform;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// How [Rece] finds the embeddings z [S,d] that make the edited weights W draw what the original
/// weights W0 drew for a concept's embeddings e [S,d]; sums over all projections:
///
/// ```
/// REGZERO    z = (Σ WᵀW + r·I)⁻¹ Σ WᵀW0 e
/// STANDARD   z = (Σ WᵀW + r·I)⁻¹ (Σ WᵀW0 e + r·e(old target))
/// SURROGATE  z = ((1 + r)·Σ WᵀW)⁻¹ (Σ WᵀW0 + r·Σ WᵀW) e
/// ```
///
/// each for every row of e by itself.
public enum Surrogate {
  /// Held near 0.
  REGZERO,
  /// Held near the embeddings of another prompt.
  STANDARD,
  /// Held near e by what the edited weights make of both: the first of the authors' forms.
  SURROGATE;

  /// z.
  ///
  /// @param ww Σ WᵀW [d,d]
  /// @param ww0 Σ WᵀW0 [d,d]
  /// @param r the regularisation
  /// @param old e(old target) [S,d], which only STANDARD looks at
  DMatrixRMaj embeddings(
      DMatrixRMaj ww, DMatrixRMaj ww0, double r, DMatrixRMaj e, DMatrixRMaj old) {
    int width = ww.numRows;
    DMatrixRMaj a = ww.copy();
    DMatrixRMaj b = new DMatrixRMaj(width, e.numRows);
    CommonOps_DDRM.multTransB(ww0, e, b);
    switch (this) {
      case REGZERO -> addToDiagonal(a, r);
      case STANDARD -> {
        addToDiagonal(a, r);
        DMatrixRMaj toward = CommonOps_DDRM.transpose(old, null);
        CommonOps_DDRM.addEquals(b, r, toward);
      }
      case SURROGATE -> {
        CommonOps_DDRM.scale(1 + r, a);
        CommonOps_DDRM.multAddTransB(r, ww, e, b);
      }
    }
    DMatrixRMaj z = PositiveDefinite.solve("rece", a, b);
    CommonOps_DDRM.transpose(z);
    return z;
  }

  private static void addToDiagonal(DMatrixRMaj a, double r) {
    for (int i = 0; i < a.numRows; i++) {
      a.add(i, i, r);
    }
  }
}
