package cadj.kernels.layernorm;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static cadj.kernels.twins.NumericalGradient.dot;

import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerNormKernelTest {
  private static final float EPS = 1e-5f;

  private final LayerNormKernel reference = new LayerNormReference();

  @ParameterizedTest
  @CsvSource({"0,3", "1,1", "5,7", "3,16", "4,31", "150,320", "65,40", "3,5001"})
  void agree(int rows, int width) {
    agree("layerNorm", Samples.normal(1, rows * width, 0.5, 2), rows, width, 2e-6);
  }

  /// A spread far below the mean: 1 in 10⁵, where single precision alone leaves two digits.
  @Test
  void largeMean() {
    agree("layerNorm, large mean", Samples.normal(1, 20 * 333, 1e4, 0.1), 20, 333, 2e-6);
  }

  @Test
  void tinyVariance() {
    agree("layerNorm, tiny", Samples.normal(1, 20 * 100, 0, 1e-6), 20, 100, 2e-6);
    F32 constant = Samples.normal(1, 20 * 100, 3, 0);
    agree("layerNorm, constant", constant, 20, 100, 2e-6);
  }

  /// A row with NaN or infinity is NaN and leaves the next row alone.
  @Test
  void extremes() {
    F32 x = Samples.normal(1, 5 * 19);
    x.set(3, Double.NaN);
    x.set(2 * 19 + 18, Double.POSITIVE_INFINITY);
    F32 weight = Samples.normal(2, 19);
    F32 bias = Samples.normal(3, 19);
    F32 mean = F32.of(new float[5]);
    F32 rstd = F32.of(new float[5]);
    Twins.assertAgree(
        "layerNorm of extremes",
        reference,
        LayerNormVector::new,
        2e-6,
        (k, o) -> k.forward(o[0], mean, rstd, x, weight, bias, 5, 19, EPS),
        5 * 19);
  }

  private void agree(String name, F32 x, int rows, int width, double tolerance) {
    F32 weight = Samples.normal(2, width);
    F32 bias = Samples.normal(3, width);
    F32 dy = Samples.normal(4, rows * width);
    F32 y = F32.of(new float[rows * width]);
    F32 mean = F32.of(new float[rows]);
    F32 rstd = F32.of(new float[rows]);
    Twins.assertAgree(
        name,
        reference,
        LayerNormVector::new,
        tolerance,
        (k, o) -> k.forward(o[0], o[1], o[2], x, weight, bias, rows, width, EPS),
        rows * width,
        rows,
        rows);
    reference.forward(y, mean, rstd, x, weight, bias, rows, width, EPS);
    Twins.assertAgree(
        name + ", backward",
        reference,
        LayerNormVector::new,
        tolerance,
        (k, o) -> k.backward(o[0], o[1], o[2], dy, mean, rstd, x, weight, rows, width),
        rows * width,
        width,
        width);
    Twins.assertAgree(
        name + ", backward, x only",
        reference,
        LayerNormVector::new,
        tolerance,
        (k, o) -> k.backward(o[0], null, null, dy, mean, rstd, x, weight, rows, width),
        rows * width);
    Twins.assertAgree(
        name + ", backward, parameters only",
        reference,
        LayerNormVector::new,
        tolerance,
        (k, o) -> k.backward(null, o[0], o[1], dy, mean, rstd, x, weight, rows, width),
        width,
        width);
  }

  @Test
  void slopes() {
    int rows = 3;
    int width = 5;
    F64 x = Samples.normalDouble(1, 15);
    F64 weight = Samples.normalDouble(2, 5);
    F64 bias = Samples.normalDouble(3, 5);
    F64 dy = Samples.normalDouble(4, 15);
    F64 y = F64.of(new double[15]);
    F64 mean = F64.of(new double[3]);
    F64 rstd = F64.of(new double[3]);
    DoubleSupplier loss =
        () -> {
          reference.forward(y, mean, rstd, x, weight, bias, rows, width, EPS);
          return dot(dy, y);
        };
    reference.forward(y, mean, rstd, x, weight, bias, rows, width, EPS);
    F64 dx = F64.of(new double[15]);
    F64 dweight = F64.of(new double[5]);
    F64 dbias = F64.of(new double[5]);
    reference.backward(dx, dweight, dbias, dy, mean, rstd, x, weight, rows, width);
    assertGradient("x", loss, x, dx);
    assertGradient("weight", loss, weight, dweight);
    assertGradient("bias", loss, bias, dbias);
  }
}
