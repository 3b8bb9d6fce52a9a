package cadj.cad.metrics;

import static cadj.tensor.shape.Require.require;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/// Fréchet inception distance, Heusel et al. 2017 (arXiv:1706.08500): that of two normal
/// distributions with the sets' means and covariances.
///
/// ```text
/// ‖m₁ − m₂‖² + tr C₁ + tr C₂ − 2·tr (C₁·C₂)^½
/// ```
///
/// With C₁ = AᵀA and C₂ = BᵀB the last trace is the sum of the singular values of A·Bᵀ, which needs
/// no root of a matrix: a root loses half of the digits where a covariance lacks full rank, as all
/// do with fewer pictures than features. A and B are the centred features over √(n − 1), or their R
/// of QR.
///
/// Equals pytorch-fid's number on its Inception's 2048 features, to 1e-9 of itself for full rank;
/// there 1e-6 is added to both diagonals where SciPy's `sqrtm` is not finite, which is nothing that
/// can happen here. Depends on the number of pictures (fewer: larger), which is why tables say it;
/// [Kid] does not.
public final class Fid {
  private Fid() {}

  /// @param a a feature vector per picture, at least two
  /// @param b the same of the other set, of any number
  public static double of(double[][] a, double[][] b) {
    FeatureRows.width("fid", a, b);
    double[] meanA = Moments.mean(a);
    double[] meanB = Moments.mean(b);
    DMatrixRMaj rootA = root(a, meanA);
    DMatrixRMaj rootB = root(b, meanB);
    return distance(meanA, rootA, meanB, rootB);
  }

  /// From what pytorch-fid keeps of the sets. Less exact than from features where a covariance
  /// lacks full rank: 1e-7.
  public static double of(Moments a, Moments b) {
    require(
        a.mean().length == b.mean().length,
        "fid: expected as many features on both sides, got %d and %d",
        a.mean().length,
        b.mean().length);
    return distance(a.mean(), root(a.covariance()), b.mean(), root(b.covariance()));
  }

  private static double distance(
      double[] meanA, DMatrixRMaj rootA, double[] meanB, DMatrixRMaj rootB) {
    double means = 0;
    for (int i = 0; i < meanA.length; i++) {
      means += (meanA[i] - meanB[i]) * (meanA[i] - meanB[i]);
    }
    DMatrixRMaj product = new DMatrixRMaj(rootA.getNumRows(), rootB.getNumRows());
    CommonOps_DDRM.multTransB(rootA, rootB, product);
    double trace = 0;
    for (double singular : svd(product, false).getSingularValues()) {
      trace += singular;
    }
    // ‖A‖² is the trace of AᵀA
    return means + squares(rootA) + squares(rootB) - 2 * trace;
  }

  private static double squares(DMatrixRMaj a) {
    double norm = NormOps_DDRM.normF(a);
    return norm * norm;
  }

  /// Centred features over √(n − 1), or R, of which RᵀR is the same.
  private static DMatrixRMaj root(double[][] rows, double[] mean) {
    DMatrixRMaj centred = new DMatrixRMaj(rows.length, mean.length);
    double scale = 1 / Math.sqrt(rows.length - 1);
    for (int n = 0; n < rows.length; n++) {
      for (int i = 0; i < mean.length; i++) {
        centred.set(n, i, (rows[n][i] - mean[i]) * scale);
      }
    }
    if (rows.length <= mean.length) {
      return centred;
    }
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(rows.length, mean.length);
    qr.decompose(centred); // false for features that are all zero, whose columns of R are zero too
    return qr.getR(null, true);
  }

  /// √Λ·Vᵀ of C = V·Λ·Vᵀ
  private static DMatrixRMaj root(double[][] covariance) {
    DMatrixRMaj c = new DMatrixRMaj(covariance);
    SingularValueDecomposition_F64<DMatrixRMaj> svd = svd(c, true);
    DMatrixRMaj root = svd.getV(null, true);
    double[] values = svd.getSingularValues();
    for (int i = 0; i < root.getNumRows(); i++) {
      for (int j = 0; j < root.getNumCols(); j++) {
        root.set(i, j, root.get(i, j) * Math.sqrt(values[i]));
      }
    }
    return root;
  }

  private static SingularValueDecomposition_F64<DMatrixRMaj> svd(DMatrixRMaj a, boolean needV) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(a.getNumRows(), a.getNumCols(), false, needV, true);
    require(svd.decompose(a), "fid: expected singular values, but they did not converge");
    return svd;
  }
}
