package cadj.cad.method.closedform;

import static cadj.tensor.shape.Require.require;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// Sums over pairs of text embeddings x → y, rows of [n,d]: Σ x xᵀ and Σ y xᵀ, both [d,d]. So what
/// is kept does not grow with the number of prompts.
final class Moments {
  private final DMatrixRMaj xx;
  private final DMatrixRMaj yx;
  private long rows;

  Moments(int width) {
    xx = new DMatrixRMaj(width, width);
    yx = new DMatrixRMaj(width, width);
  }

  /// Adds rows that are to be mapped to those of `y`.
  Moments add(DMatrixRMaj x, DMatrixRMaj y) {
    require(
        x.numRows == y.numRows && x.numCols == xx.numCols && y.numCols == xx.numCols,
        "closed form: expected rows of width %d, as many of both, got %d×%d and %d×%d",
        xx.numCols,
        x.numRows,
        x.numCols,
        y.numRows,
        y.numCols);
    CommonOps_DDRM.multAddTransA(x, x, xx);
    CommonOps_DDRM.multAddTransA(y, x, yx);
    rows += x.numRows;
    return this;
  }

  /// Adds rows that are to stay.
  Moments keep(DMatrixRMaj x) {
    return add(x, x);
  }

  /// Rows added so far.
  long rows() {
    return rows;
  }

  /// The map M [d,d] that minimises, for each weight W and its W·M,
  ///
  /// ```
  /// eraseScale·Σ_erase ‖W M x − W y‖² + preserveScale·Σ_keep ‖W M x − W y‖² + lamb·‖W M − W‖²
  /// M = (lamb·I + Σ s y xᵀ)(lamb·I + Σ s x xᵀ)⁻¹
  /// ```
  ///
  /// @param what the method, for messages
  static DMatrixRMaj solve(
      String what,
      double lamb,
      double eraseScale,
      Moments erase,
      double preserveScale,
      Moments keep) {
    DMatrixRMaj a = CommonOps_DDRM.identity(erase.xx.numRows);
    CommonOps_DDRM.scale(lamb, a);
    DMatrixRMaj b = a.copy();
    CommonOps_DDRM.addEquals(a, eraseScale, erase.xx);
    CommonOps_DDRM.addEquals(a, preserveScale, keep.xx);
    CommonOps_DDRM.addEquals(b, eraseScale, erase.yx);
    CommonOps_DDRM.addEquals(b, preserveScale, keep.yx);
    CommonOps_DDRM.transpose(b); // M A = B, so A Mᵀ = Bᵀ
    DMatrixRMaj m = PositiveDefinite.solve(what, a, b);
    CommonOps_DDRM.transpose(m);
    return m;
  }
}
