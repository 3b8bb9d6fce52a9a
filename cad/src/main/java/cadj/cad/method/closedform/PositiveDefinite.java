package cadj.cad.method.closedform;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/// Solves with symmetric positive definite matrices, by Cholesky's factors.
public final class PositiveDefinite {
  private PositiveDefinite() {}

  /// X [d,n] with A·X = B, for A [d,d] and B [d,n].
  ///
  /// @throws IllegalArgumentException if A is singular
  public static DMatrixRMaj solve(String what, DMatrixRMaj a, DMatrixRMaj b) {
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(a.numRows);
    if (!solver.setA(solver.modifiesA() ? a.copy() : a)) {
      throw new IllegalArgumentException(
          "%s: the equations have no single solution; raise lamb or the regularisation"
              .formatted(what));
    }
    DMatrixRMaj x = new DMatrixRMaj(b.numRows, b.numCols);
    solver.solve(solver.modifiesB() ? b.copy() : b, x);
    return x;
  }
}
