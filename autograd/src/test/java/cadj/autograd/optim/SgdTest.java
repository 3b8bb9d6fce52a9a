package cadj.autograd.optim;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SgdTest {
  private final Tensor w = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
  private final Tensor x = Tensor.of(new double[] {1, -1, 2, -2, 0, 0.5}, 2, 3);

  @Test
  void stepsAgainstTheGradient() {
    Sgd sgd = new Sgd(List.of(w));
    Gradients g = Tape.record(List.of(w), tape -> tape.backward(sum(mul(w, x))));
    sgd.step(g, 0.5f);
    assertArrayEquals(new double[] {0.5, 2.5, 2, 5, 5, 5.75}, w.toDoubles());
    sgd.step(g, 0.5f);
    assertArrayEquals(new double[] {0, 3, 1, 6, 5, 5.5}, w.toDoubles());
  }

  @Test
  void gradientMayLieInAnotherOrder() {
    Tensor transposed = w.permute(1, 0);
    Gradients g =
        Tape.record(
            List.of(transposed),
            tape -> tape.backward(sum(mul(transposed, x.permute(1, 0).contiguous()))));
    new Sgd(List.of(transposed)).step(g, 1);
    assertArrayEquals(new double[] {0, 3, 1, 6, 5, 5.5}, w.toDoubles());
  }

  @Test
  void unreachedStays() {
    Tensor other = Tensor.of(new double[] {7}, 1);
    Gradients g = Tape.record(List.of(w, other), tape -> tape.backward(sum(w)));
    new Sgd(List.of(w, other)).step(g, 1);
    assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5}, w.toDoubles());
    assertArrayEquals(new double[] {7}, other.toDoubles());
  }

  @Test
  void parametersAreDense() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new Sgd(List.of(w.slice(1, 0, 2))));
    assertEquals("sgd: parameter [2,2] strides [3, 1] offset 0 is not dense", e.getMessage());
  }

  @Test
  void stepBeforeBackwardIsFoundOut() {
    assertThrows(
        IllegalStateException.class,
        () ->
            Tape.record(
                List.of(w),
                tape -> {
                  Tensor loss = sum(mul(w, w));
                  new Sgd(List.of(w))
                      .step(Tape.record(List.of(w), inner -> inner.backward(sum(w))), 1);
                  return tape.backward(loss);
                }));
  }
}
