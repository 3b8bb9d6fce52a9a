package cadj.autograd.optim;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.kernels.adamw.AdamWRates;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AdamWTest {
  /// Numbers that single precision holds exactly, so that the sequence can be worked out by hand.
  private static final AdamWRates RATES = new AdamWRates(0.5f, 0.5f, 0.75f, 0f, 0.25f);

  /// p = 2, g = 3, then g = −1:
  ///
  /// t=1: p → 2·0.875 = 1.75; m = 1.5, v = 2.25; m̂ = 3, v̂ = 9; p = 1.75 − 0.5·3/3 = 1.25 t=2: p →
  /// 1.09375; m = 0.75 − 0.5 = 0.25, v = 1.6875 + 0.25 = 1.9375; m̂ = 0.25/0.75 = 1/3, v̂ =
  /// 1.9375/0.4375 = 31/7; p = 1.09375 − (1/6)/√(31/7)
  @Test
  void sequenceWorkedOutByHand() {
    Tensor p = Tensor.of(new double[] {2}, 1);
    AdamW adamW = new AdamW(List.of(p));
    adamW.step(gradient(p, 3), RATES);
    assertArrayEquals(new double[] {1.25}, p.toDoubles(), 1e-15);
    adamW.step(gradient(p, -1), RATES);
    assertArrayEquals(new double[] {1.09375 - 1 / 6.0 / Math.sqrt(31 / 7.0)}, p.toDoubles(), 1e-15);
  }

  @Test
  void epsilonStandsBesideTheRoot() {
    Tensor p = Tensor.of(new double[] {2}, 1);
    new AdamW(List.of(p)).step(gradient(p, 3), new AdamWRates(0.5f, 0.5f, 0.75f, 1f, 0f));
    assertArrayEquals(new double[] {2 - 0.5 * 3 / (3 + 1)}, p.toDoubles(), 1e-15);
  }

  @Test
  void singlePrecisionFollowsDouble() {
    double[] start = new double[37];
    for (int i = 0; i < start.length; i++) {
      start[i] = Math.sin(i) * 3;
    }
    Tensor exact = Tensor.of(start, 37);
    Tensor single = exact.to(DType.F32);
    AdamW a = new AdamW(List.of(exact));
    AdamW b = new AdamW(List.of(single));
    AdamWRates rates = new AdamWRates(1e-2f, 0.9f, 0.999f, 1e-8f, 1e-2f);
    for (int step = 0; step < 20; step++) {
      a.step(gradient(exact, step - 7), rates);
      b.step(gradient(single, step - 7), rates);
    }
    assertArrayEquals(exact.toDoubles(), single.toDoubles(), 1e-5);
  }

  /// A parameter's own steps are counted: one that joins late starts with t = 1.
  @Test
  void unreachedStaysAndCountsNoStep() {
    Tensor p = Tensor.of(new double[] {2}, 1);
    Tensor late = Tensor.of(new double[] {2}, 1);
    AdamW adamW = new AdamW(List.of(p, late));
    Gradients first = Tape.record(List.of(p, late), tape -> tape.backward(sum(p)));
    adamW.step(first, RATES);
    assertArrayEquals(new double[] {2}, late.toDoubles());
    adamW.step(gradient(late, 3), RATES);
    assertArrayEquals(new double[] {1.25}, late.toDoubles(), 1e-15);
  }

  /// Gradients of g·Σp.
  private static Gradients gradient(Tensor p, float g) {
    return Tape.record(
        List.of(p), tape -> tape.backward(sum(mul(p, Tensor.full(p.dtype(), p.shape(), g)))));
  }
}
