package cadj.autograd.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Which parameter and which setting a layer hands to its operation: against plain loops, with an
/// eps that is nobody's default.
final class LayersTest {
  private static final double EPS = 0.25;
  private static final double CLOSE = 1e-12;

  private final SplittableRandom random = new SplittableRandom(11);
  private final Weights weights = Weights.of((key, shape) -> positive(shape.toArray()));

  private Tensor positive(int... dims) {
    int count = 1;
    for (int d : dims) {
      count *= d;
    }
    return Tensor.of(random.doubles(count, 0.5, 2).toArray(), dims);
  }

  private double parameter(String key, int i) {
    return weights.parameters().get(key).get(i);
  }

  @Test
  void layerNorm() {
    LayerNorm layer = new LayerNorm(weights.at("norm"), 3, (float) EPS);
    Tensor x = positive(2, 3);
    Tensor y = layer.forward(x);
    for (int row = 0; row < 2; row++) {
      double mean = (x.get(row, 0) + x.get(row, 1) + x.get(row, 2)) / 3;
      double var = 0;
      for (int i = 0; i < 3; i++) {
        var += Math.pow(x.get(row, i) - mean, 2) / 3;
      }
      for (int i = 0; i < 3; i++) {
        double normed = (x.get(row, i) - mean) / Math.sqrt(var + EPS);
        assertEquals(
            parameter("norm.weight", i) * normed + parameter("norm.bias", i), y.get(row, i), CLOSE);
      }
    }
  }

  @Test
  void rmsNorm() {
    RmsNorm layer = new RmsNorm(weights.at("norm"), 3, (float) EPS);
    Tensor x = positive(2, 3);
    Tensor y = layer.forward(x);
    for (int row = 0; row < 2; row++) {
      double square = 0;
      for (int i = 0; i < 3; i++) {
        square += Math.pow(x.get(row, i), 2) / 3;
      }
      for (int i = 0; i < 3; i++) {
        double normed = x.get(row, i) / Math.sqrt(square + EPS);
        assertEquals(parameter("norm.weight", i) * normed, y.get(row, i), CLOSE);
      }
    }
    assertEquals(List.of("norm.weight"), List.copyOf(weights.parameters().keySet()));
  }

  /// Two groups of two channels with one pixel each.
  @Test
  void groupNorm() {
    GroupNorm layer = new GroupNorm(weights.at("norm"), 2, 4, (float) EPS);
    Tensor x = positive(1, 4);
    Tensor y = layer.forward(x);
    Tensor activated = layer.forwardSilu(x);
    for (int c = 0; c < 4; c++) {
      double other = x.get(0, c ^ 1);
      double half = (x.get(0, c) - other) / 2;
      double normed = half / Math.sqrt(half * half + EPS);
      double z = parameter("norm.weight", c) * normed + parameter("norm.bias", c);
      assertEquals(z, y.get(0, c), CLOSE);
      assertEquals(z / (1 + Math.exp(-z)), activated.get(0, c), CLOSE);
    }
  }

  @Test
  void batchNorm() {
    BatchNorm2d layer = new BatchNorm2d(weights.at("bn"), 2);
    Tensor x = positive(2, 2, 1, 1);
    Tensor y = layer.forward(x);
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 2; c++) {
        double std = Math.sqrt(parameter("bn.running_var", c) + 1e-5f);
        double normed = (x.get(n, c, 0, 0) - parameter("bn.running_mean", c)) / std;
        double expected = parameter("bn.weight", c) * normed + parameter("bn.bias", c);
        assertEquals(expected, y.get(n, c, 0, 0), CLOSE);
      }
    }
    assertEquals(
        List.of("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"),
        List.copyOf(weights.parameters().keySet()));
  }

  @Test
  void linearWithAndWithoutBias() {
    Tensor x = positive(1, 2);
    Tensor with = new Linear(weights.at("with"), 2, 1).forward(x);
    Tensor without = new Linear(weights.at("without"), 2, 1, false).forward(x);
    for (String name : List.of("with", "without")) {
      Tensor w = weights.parameters().get(name + ".weight");
      double product = x.get(0, 0) * w.get(0, 0) + x.get(0, 1) * w.get(0, 1);
      boolean bias = name.equals("with");
      assertEquals(
          bias ? product + parameter("with.bias", 0) : product,
          (bias ? with : without).get(0, 0),
          CLOSE);
    }
    assertEquals(
        List.of("with.weight", "with.bias", "without.weight"),
        List.copyOf(weights.parameters().keySet()));
  }

  @Test
  void pathsAreNamesOfModules() {
    assertEquals("", weights.path());
    assertEquals("blocks.3.conv", weights.at("blocks").at(3).at("conv").path());
  }

  @Test
  void tensorsThatAreMissingOrOfAnotherShape() {
    Weights some = Weights.of(Map.of("a.weight", positive(2, 3)));
    assertEquals(2, some.at("a").get("weight", 2, 3).dim(0));
    assertFails("a.weight: expected [3,2], found [2,3]", () -> some.at("a").get("weight", 3, 2));
    assertFails("b.weight: expected [1], found nothing", () -> some.at("b").get("weight", 1));
  }

  private static void assertFails(String message, Runnable work) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, work::run).getMessage());
  }
}
