package cadj.autograd.graph;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.square;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class GradCheckTest {
  /// a·b, whose derivative by b is off by `error`, of its first element only.
  private record Off(double error) implements Op {
    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public Tensor forward(Saved saved, Tensor... in) {
      return saved.keep(mul(in[0], in[1]), in);
    }

    @Override
    public Tensor[] backward(Saved saved, Tensor dy) {
      Tensor db = mul(dy, saved.get(0)).contiguous();
      db.denseBuffer().set(0, db.denseBuffer().get(0) + error);
      return new Tensor[] {mul(dy, saved.get(1)), db};
    }
  }

  private final Tensor a = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
  private final Tensor b = Tensor.of(new double[] {6, 5, 4, 3, 2, 1}, 2, 3);

  @Test
  void acceptsWhatIsRight() {
    GradCheck.check(in -> Op.apply(new Off(0), in), a, b);
    GradCheck.check(in -> sum(mul(in[0], in[0])), a);
  }

  @Test
  void namesArgumentIndexReceivedAndExpected() {
    AssertionError e =
        assertThrows(
            AssertionError.class, () -> GradCheck.check(in -> Op.apply(new Off(0.5), in), a, b));
    String message = e.getMessage();
    assertTrue(
        message.startsWith(
            "gradient check: argument 1 [2,3], index [0, 0], output 0: received 1.5 from the tape,"
                + " expected "),
        message);
  }

  @Test
  void findsASmallErrorAmongManyElements() {
    Tensor c = Tensor.full(DType.F64, Shape.of(100, 30), 2);
    Tensor d = Tensor.full(DType.F64, Shape.of(100, 30), 3);
    GradCheck.check(in -> Op.apply(new Off(0), in), c, d);
    AssertionError e =
        assertThrows(
            AssertionError.class, () -> GradCheck.check(in -> Op.apply(new Off(0.01), in), c, d));
    assertTrue(
        e.getMessage().startsWith("gradient check: argument 1 [100,30], a random direction:"),
        e.getMessage());
  }

  /// Differences of large values are coarse: the tolerance is relative beyond 1.
  @Test
  void largeGradientsAreComparedRelatively() {
    Tensor c = Tensor.of(new double[] {1}, 1);
    Tensor million = Tensor.of(new double[] {1e6}, 1);
    GradCheck.check(in -> Op.apply(new Off(0.5), million, in[0]), c);
    assertThrows(
        AssertionError.class, () -> GradCheck.check(in -> Op.apply(new Off(2), million, in[0]), c));
  }

  @Test
  void notANumberIsNoGradient() {
    assertThrows(
        AssertionError.class, () -> GradCheck.check(in -> Op.apply(new Off(Double.NaN), in), a, b));
  }

  @Test
  void anArgumentNotReachedHasGradientZero() {
    GradCheck.check(in -> square(in[0]), a, b);
    assertThrows(
        AssertionError.class,
        () -> GradCheck.check(in -> mul(in[0], in[1].detach()), a, b),
        "the value depends on b, whatever the tape says");
  }

  @Test
  void restoresItsArguments() {
    double[] before = a.toDoubles();
    GradCheck.check(in -> square(in[0]), a.permute(1, 0));
    assertArrayEquals(before, a.toDoubles());
    assertThrows(AssertionError.class, () -> GradCheck.check(in -> Op.apply(new Off(1), in), a, b));
    assertArrayEquals(before, a.toDoubles());
    assertTrue(Arrays.stream(b.toDoubles()).sum() == 21);
  }

  @Test
  void needsDoublePrecision() {
    assertEquals(
        "gradient check: expected F64 arguments, got Tensor(F32 [2])",
        assertThrows(
                IllegalArgumentException.class,
                () -> GradCheck.check(in -> square(in[0]), Tensor.of(new float[2], 2)))
            .getMessage());
  }
}
