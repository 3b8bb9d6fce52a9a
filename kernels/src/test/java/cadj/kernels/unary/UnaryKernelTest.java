package cadj.kernels.unary;

import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.twins.NumericalGradient;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.function.BiConsumer;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnaryKernelTest {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  private static final int[] SIZES = {
    0, 1, LANES - 1, LANES, LANES + 1, 3 * LANES + 2, 300, 700, 1023, 1024, 1025, 40_003
  };
  private static final F32 EXTREMES =
      F32.of(
          0,
          -0f,
          1,
          -1,
          1e-30f,
          -1e-30f,
          1e-41f,
          20,
          -20,
          87,
          -87,
          100,
          -100,
          1e4f,
          -1e4f,
          1e30f,
          -1e30f,
          Float.POSITIVE_INFINITY,
          Float.NEGATIVE_INFINITY,
          Float.NaN);

  private final UnaryKernel reference = new UnaryReference();

  @ParameterizedTest
  @EnumSource
  void forward(Unary f) {
    for (int n : SIZES) {
      F32 x = input(f, n);
      agree(f + " of " + n, 1e-6, (k, y) -> k.forward(f, y[0], x), n);
    }
    for (int i = 0; i < EXTREMES.length(); i++) {
      F32 x = EXTREMES.slice(i, 1);
      agree(f + " of " + x.get(0), 1e-6, (k, y) -> k.forward(f, y[0], x), 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void backward(Unary f) {
    for (int n : SIZES) {
      F32 x = input(f, n);
      F32 dy = Samples.normal(n + 1, n);
      agree(f + "' of " + n, 1e-6, (k, dx) -> k.backward(f, dx[0], dy, x), n);
    }
    F32 dy = F32.of(0.7f);
    for (int i = 0; i < EXTREMES.length(); i++) {
      F32 x = EXTREMES.slice(i, 1);
      agree(f + "' of " + x.get(0), 1e-6, (k, dx) -> k.backward(f, dx[0], dy, x), 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void slopes(Unary f) {
    F64 x = Samples.normalDouble(3, 12);
    for (int i = 0; i < x.length(); i++) {
      x.set(i, f == Unary.LOG || f == Unary.SQRT ? 0.5 + Math.abs(x.get(i)) : x.get(i));
    }
    F64 dy = Samples.normalDouble(4, 12);
    F64 y = F64.of(new double[12]);
    F64 dx = F64.of(new double[12]);
    reference.backward(f, dx, dy, x);
    NumericalGradient.assertGradient(
        f.name(),
        () -> {
          reference.forward(f, y, x);
          return NumericalGradient.dot(dy, y);
        },
        x,
        dx);
  }

  @Test
  void affine() {
    for (int n : SIZES) {
      F32 x = Samples.normal(n, n);
      agree("affine of " + n, 1e-7, (k, y) -> k.affine(y[0], x, -1.7f, 0.3f), n);
    }
  }

  @Test
  void clamp() {
    for (int n : SIZES) {
      F32 x = Samples.normal(n, n);
      F32 dy = Samples.normal(n + 1, n);
      agree("clamp of " + n, 0, (k, y) -> k.clamp(y[0], x, -0.5f, 0.7f), n);
      agree("clamp' of " + n, 0, (k, dx) -> k.clampBackward(dx[0], dy, x, -0.5f, 0.7f), n);
    }
    // At every place of a vector, and of a GPU's block.
    F32 many = F32.of(new float[103 * EXTREMES.length()]);
    for (int i = 0; i < many.length(); i++) {
      many.set(i, EXTREMES.get(i % EXTREMES.length()));
    }
    int n = many.length();
    agree("clamp of extremes", 0, (k, y) -> k.clamp(y[0], many, -1, 20), n);
    agree("clamp' of extremes", 0, (k, dx) -> k.clampBackward(dx[0], many, many, -1, 20), n);
  }

  @Test
  void inPlace() {
    F32 x = Samples.normal(1, 1003);
    agree(
        "silu in place",
        1e-6,
        (k, y) -> {
          Twins.write(y[0], x);
          k.forward(Unary.SILU, y[0], y[0]);
        },
        x.length());
  }

  /// Inputs off their boundary of 16 bytes beside outputs on theirs, and the other way round.
  @Test
  void askewInputs() {
    F32 x = Samples.normal(1, 2050);
    F32 dy = Samples.normal(2, 2050);
    agree("askew x", 1e-6, (k, o) -> k.forward(Unary.GELU, o[0], Twins.askew(o[1], x)), 2050, 2051);
    agree(
        "askew dy",
        1e-6,
        (k, o) -> k.backward(Unary.GELU, o[0], Twins.askew(o[1], dy), x),
        2050,
        2051);
    agree(
        "askew x of clamp'",
        0,
        (k, o) -> k.clampBackward(o[0], dy, Twins.askew(o[1], x), -0.5f, 0.7f),
        2050,
        2051);
  }

  @Test
  void unequalLengths() {
    UnaryKernel fast = UnaryKernel.on(new Cpu(1), EXTREMES);
    F32 y = F32.of(new float[3]);
    assertThrows(IllegalArgumentException.class, () -> fast.forward(Unary.EXP, y, EXTREMES));
  }

  private static F32 input(Unary f, int n) {
    F32 x = Samples.normal(n, n, 0, 4);
    for (int i = 0; i < n; i++) {
      x.set(i, f == Unary.LOG || f == Unary.SQRT ? 0.1 + Math.abs(x.get(i)) : x.get(i));
    }
    return x;
  }

  private void agree(
      String name, double tolerance, BiConsumer<UnaryKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, UnaryVector::new, tolerance, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, UnaryCuda::new, tolerance, run, lengths);
  }
}
