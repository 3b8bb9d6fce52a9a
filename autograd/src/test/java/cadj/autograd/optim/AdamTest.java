package cadj.autograd.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

final class AdamTest {
  private static final double LR = 0.05;

  /// The paper's algorithm 1 written out, in double precision, over ten steps of changing sign.
  @Test
  void isThePapersAlgorithm() {
    double[] start = {2, -0.5, 0, 1e-3};
    Tensor p = Tensor.of(start.clone(), 2, 2);
    Adam adam = new Adam(LR);
    double[] expected = start.clone();
    double[] m = new double[4];
    double[] v = new double[4];
    for (int t = 1; t <= 10; t++) {
      double[] g = new double[4];
      for (int i = 0; i < 4; i++) {
        g[i] = Math.sin(3 * t + i) * Math.pow(10, -i);
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
        double mHat = m[i] / (1 - Math.pow(0.9, t));
        double vHat = v[i] / (1 - Math.pow(0.999, t));
        expected[i] -= LR * mHat / (Math.sqrt(vHat) + 1e-8);
      }
      adam.step(p, Tensor.of(g, 2, 2));
    }
    assertArrayEquals(expected, p.toDoubles(), 1e-5); // rates are single precision
  }

  @Test
  void takesGradientsInAnyLayout() {
    Tensor p = Tensor.of(new float[] {1, 1, 1, 1}, 2, 2);
    new Adam(LR).step(p, Tensor.of(new float[] {1, 1, -1, -1}, 2, 2).permute(1, 0));
    float lower = 1 - (float) LR;
    float higher = 1 + (float) LR;
    assertArrayEquals(new float[] {lower, higher, lower, higher}, p.toFloats(), 1e-6f);
  }

  /// Whatever else moves: masked weights must come out of an edit as they went in.
  @Test
  void aWeightWithoutGradientKeepsItsBits() {
    float[] start = {-0f, 0.1f, Float.MIN_VALUE, 3};
    Tensor p = Tensor.of(start.clone(), 4);
    Adam adam = new Adam(LR);
    for (int t = 0; t < 5; t++) {
      adam.step(p, Tensor.of(new float[] {0, 0, 0, 1}, 4));
    }
    float[] after = p.toFloats();
    for (int i = 0; i < 3; i++) {
      assertEquals(Float.floatToRawIntBits(start[i]), Float.floatToRawIntBits(after[i]));
    }
    assertEquals(3 - 5 * LR, after[3], 1e-5);
  }

  @Test
  void refusals() {
    assertEquals(
        "adam: expected a learning rate above 0, got 0.0",
        assertThrows(IllegalArgumentException.class, () -> new Adam(0)).getMessage());
    Tensor gap = Tensor.zeros(DType.F32, Shape.of(4, 4)).slice(1, 0, 2);
    assertThrows(IllegalArgumentException.class, () -> new Adam(LR).step(gap, gap));
  }
}
