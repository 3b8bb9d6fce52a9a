package cadj.kernels.geglu;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static cadj.kernels.twins.NumericalGradient.dot;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GegluKernelTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  private final GegluKernel reference = new GegluReference();

  @ParameterizedTest
  @CsvSource({"0,5", "1,1", "3,7", "2,16", "5,33", "700,20", "3,9000"})
  void agree(int rows, int width) {
    F32 x = Samples.normal(1, 2 * rows * width, 0, 3);
    F32 dy = Samples.normal(2, rows * width);
    agree("geglu", 1e-6, (k, y) -> k.forward(y[0], x, rows, width), rows * width);
    agree("geglu'", 1e-6, (k, dx) -> k.backward(dx[0], dy, x, rows, width), 2 * rows * width);
  }

  /// Left of −5 the gate all but closes: the little that passes is right in its own right.
  @Test
  void tails() {
    for (float gate : new float[] {-5, -7, -9, -11, -12.5f, -12.9f}) {
      F32 x = F32.of(1, gate);
      agree("geglu(" + gate + ")", 1e-6, (k, y) -> k.forward(y[0], x, 1, 1), 1);
    }
  }

  @Test
  void extremes() {
    F32 x = F32.of(1, 2, 0, Float.NaN, INF, 1, 1, INF, -INF, 0, 1, -1, -100, Float.NaN);
    F32 dy = Samples.normal(3, 7);
    agree("geglu of extremes", 1e-6, (k, y) -> k.forward(y[0], x, 1, 7), 7);
    agree("geglu' of extremes", 1e-6, (k, dx) -> k.backward(dx[0], dy, x, 1, 7), 14);
  }

  @Test
  void slopes() {
    F64 x = Samples.normalDouble(1, 24);
    F64 dy = Samples.normalDouble(2, 12);
    F64 y = F64.of(new double[12]);
    F64 dx = F64.of(new double[24]);
    reference.backward(dx, dy, x, 3, 4);
    assertGradient(
        "geglu x",
        () -> {
          reference.forward(y, x, 3, 4);
          return dot(dy, y);
        },
        x,
        dx);
  }

  /// Inputs off their boundary of 16 bytes beside outputs on theirs, and the other way round.
  @Test
  void askewInputs() {
    F32 x = Samples.normal(1, 80);
    F32 dy = Samples.normal(2, 40);
    agree("askew x", 1e-6, (k, o) -> k.forward(o[0], Twins.askew(o[1], x), 5, 8), 40, 81);
    agree("askew dy", 1e-6, (k, o) -> k.backward(o[0], Twins.askew(o[1], dy), x, 5, 8), 80, 41);
    agree("askew x'", 1e-6, (k, o) -> k.backward(o[0], dy, Twins.askew(o[1], x), 5, 8), 80, 81);
  }

  private void agree(
      String name, double tolerance, BiConsumer<GegluKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, GegluVector::new, tolerance, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, GegluCuda::new, tolerance, run, lengths);
  }
}
