package cadj.cad.metrics;

import static cadj.autograd.ops.MatMul.matmul;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Arrays;

/// Kernel inception distance, Bińkowski et al. 2018 (arXiv:1801.01401): the squared maximum mean
/// discrepancy with kernel (x·y/d + 1)³, estimated without bias, so that it can be negative and
/// does not depend on the number of pictures but in its spread.
///
/// torchmetrics' `KernelInceptionDistance` gives mean and deviation of the same over random subsets
/// of 1000; here both sets are taken whole.
public final class Kid {
  private Kid() {}

  /// Of both sets, which may differ in number:
  ///
  /// ```text
  /// Σ_{i≠j} k(aᵢ, aⱼ) / (m(m − 1)) + Σ_{i≠j} k(bᵢ, bⱼ) / (n(n − 1)) − 2·Σ k(aᵢ, bⱼ) / (mn)
  /// ```
  public static double unbiased(double[][] a, double[][] b) {
    FeatureRows.width("kid", a, b);
    double[] out = new double[1];
    Scope.run(
        "kid",
        () -> {
          Tensor x = tensor(a);
          Tensor y = tensor(b);
          double between = sum(kernel(x, y), 0) / a.length / b.length;
          out[0] = within(x) + within(y) - 2 * between;
        });
    return out[0];
  }

  private static double within(Tensor x) {
    int n = x.dim(0);
    double[] kernel = kernel(x, x);
    double diagonal = 0;
    for (int i = 0; i < n; i++) {
      diagonal += kernel[i * n + i];
    }
    return sum(kernel, diagonal) / n / (n - 1);
  }

  /// All but what is `without`.
  private static double sum(double[] values, double without) {
    double sum = -without;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /// [m,d], [n,d] → (x·y/d + 1)³, row by row
  private static double[] kernel(Tensor x, Tensor y) {
    double[] values = matmul(x, y.permute(1, 0)).toDoubles();
    for (int i = 0; i < values.length; i++) {
      double base = values[i] / x.dim(1) + 1;
      values[i] = base * base * base;
    }
    return values;
  }

  private static Tensor tensor(double[][] rows) {
    double[] all = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return Tensor.of(all, rows.length, rows[0].length);
  }
}
