package cadj.kernels.nll;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.device.I64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// All twins sum in double, where the order of these sums does not show, so they agree to the bit.
final class NllKernelTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  private final NllKernel reference = new NllReference();
  private final NllKernel fast = new NllVector(new Cpu(2));

  @Test
  void referenceIsTheMeanOfTheTargets() {
    I64 targets = I64.of(2, 0);
    F64 loss = F64.of(9);
    reference.forward(loss, F64.of(-1, -2, -3, -4, -5, -6), targets, 2, 3);
    assertEquals(3.5, loss.get(0));
    F64 dlogp = F64.of(9, 9, 9, 9, 9, 9);
    reference.backward(dlogp, F64.of(3), targets, 2, 3);
    assertArrayEquals(new double[] {0, 0, -1.5, -1.5, 0, 0}, dlogp.array());
  }

  /// Few rows, rows of one class, many rows, and rows that fill a task.
  @ParameterizedTest
  @CsvSource({"1,1", "5,7", "3,16", "4,31", "64,10", "65,1000", "70001,1", "9000,10", "3,40000"})
  void agree(int rows, int width) {
    agree("nll", Samples.normal(1, rows * width, -3, 2), Samples.ids(2, rows, width), width);
  }

  /// No rows have no mean.
  @Test
  void emptyIsNotANumber() {
    agree("nll of nothing", F32.of(), I64.of(), 3);
    F32 loss = F32.of(9);
    fast.forward(loss, F32.of(), I64.of(), 0, 3);
    assertEquals(Float.NaN, loss.array()[0]);
  }

  /// Only what the targets point at counts.
  @Test
  void extremes() {
    F32 logp = F32.of(-0f, Float.NaN, INF, 1e-44f, -INF, Float.NaN);
    agree("nll past extremes", logp, I64.of(0, 0), 3);
    agree("nll of infinity", logp, I64.of(2, 0), 3);
    agree("nll of −infinity", logp, I64.of(0, 1), 3);
    agree("nll of both", logp, I64.of(2, 1), 3);
    agree("nll of NaN", logp, I64.of(1, 1), 3);
    agree("nll beyond float's range", F32.of(-3e38f, -3e38f), I64.of(0, 0), 1);
  }

  @Test
  void slopes() {
    F64 logp = Samples.normalDouble(1, 20);
    I64 targets = I64.of(3, 0, 4, 3);
    F64 loss = F64.of(0);
    F64 dlogp = F64.of(new double[20]);
    reference.backward(dlogp, F64.of(0.7), targets, 4, 5);
    assertGradient(
        "nll logp",
        () -> {
          reference.forward(loss, logp, targets, 4, 5);
          return 0.7 * loss.get(0);
        },
        logp,
        dlogp);
  }

  @Test
  void refusesOtherTypesAndShortBuffers() {
    F32 six = F32.of(new float[6]);
    F32 five = six.slice(0, 5);
    F32 loss = F32.of(0);
    F64 wide = F64.of(new double[6]);
    I64 targets = I64.of(0, 0);
    I64 one = I64.of(0);
    assertThrows(IllegalArgumentException.class, () -> fast.forward(loss, wide, targets, 2, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.forward(loss, five, targets, 2, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.forward(loss, six, one, 2, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.backward(five, loss, targets, 2, 3));
  }

  private void agree(String name, F32 logp, I64 targets, int width) {
    int rows = targets.length();
    agree(name, (k, o) -> k.forward(o[0], logp, targets, rows, width), 1);
    for (float dloss : new float[] {0.3f, -0f, INF, Float.NaN}) {
      agree(
          name + ", slope of " + dloss,
          (k, o) -> k.backward(o[0], F32.of(dloss), targets, rows, width),
          rows * width);
    }
  }

  private void agree(String name, BiConsumer<NllKernel, Buffer[]> run, int length) {
    Twins.assertAgree(name, reference, NllVector::new, 0, run::accept, length);
    Twins.assertAgreeOnGpu(name, reference, NllCuda::new, 0, run, length);
  }
}
