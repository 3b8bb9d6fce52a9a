package cadj.cad.method.closedform;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// Targets beyond the base: y − η·(x − y), which for η = 0 is what is drawn instead, and for larger
/// ones lies on its far side from the concept.
final class Pushed {
  private Pushed() {}

  static DMatrixRMaj beyond(double eta, DMatrixRMaj x, DMatrixRMaj y) {
    DMatrixRMaj out = new DMatrixRMaj(y.numRows, y.numCols);
    CommonOps_DDRM.add(1 + eta, y, -eta, x, out);
    return out;
  }
}
