package cadj.cad.metrics;

import static cadj.autograd.ops.MatMul.matmul;
import static cadj.tensor.shape.Require.require;

import cadj.cad.statistics.Sample;
import cadj.kernels.random.TorchGenerator;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Arrays;

/// Kernel inception distance, Bińkowski et al. 2018 (arXiv:1801.01401): the squared maximum mean
/// discrepancy with kernel (x·y/d + 1)³, estimated without bias, so that it can be negative and
/// does not depend on the number of pictures but in its spread.
///
/// Equals torchmetrics' `KernelInceptionDistance` with its defaults (which computes in fp32), on
/// Inception's 2048 features, after `torch.manual_seed(seed)` to the subset.
///
/// @param mean over subsets
/// @param deviation between subsets, divided by their number (population)
/// @param values of each subset
public record Kid(double mean, double deviation, double[] values) {
  /// How large a part of each set is compared at a time, and how many such parts.
  public record Subsets(int count, int size) {
    /// torchmetrics'.
    public static final Subsets DEFAULT = new Subsets(100, 1000);

    public Subsets {
      require(
          count > 0 && size > 1,
          "kid: expected at least 1 subset of at least 2 pictures, got %d of %d",
          count,
          size);
    }
  }

  /// Subsets drawn without replacement.
  public static Kid of(double[][] a, double[][] b, Subsets subsets, long seed) {
    FeatureRows.width("kid", a, b);
    require(
        subsets.size() <= Math.min(a.length, b.length),
        "kid: expected at least %d pictures on both sides, got %d and %d",
        subsets.size(),
        a.length,
        b.length);
    TorchGenerator random = new TorchGenerator(seed);
    double[] values = new double[subsets.count()];
    for (int i = 0; i < values.length; i++) {
      double[][] ofA = rows(a, Arrays.copyOf(random.randperm(a.length), subsets.size()));
      double[][] ofB = rows(b, Arrays.copyOf(random.randperm(b.length), subsets.size()));
      values[i] = unbiased(ofA, ofB);
    }
    return of(values);
  }

  /// Subsets drawn elsewhere.
  static Kid of(double[][] a, double[][] b, long[][] subsetsOfA, long[][] subsetsOfB) {
    double[] values = new double[subsetsOfA.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = unbiased(rows(a, subsetsOfA[i]), rows(b, subsetsOfB[i]));
    }
    return of(values);
  }

  private static Kid of(double[] values) {
    double mean = Sample.mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Kid(mean, Math.sqrt(squares / values.length), values);
  }

  private static double[][] rows(double[][] all, long[] numbers) {
    return Arrays.stream(numbers).mapToObj(n -> all[(int) n]).toArray(double[][]::new);
  }

  /// All of both sets at once, which may differ in number:
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
