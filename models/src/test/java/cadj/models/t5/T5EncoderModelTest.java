package cadj.models.t5;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.nn.Weights;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import cadj.tensor.memory.DryRun;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// Gradients, sizes and parameters of small and large encoders.
@Isolated
final class T5EncoderModelTest {
  private static final T5Config SMALL = new T5Config(10, 6, 4, 5, 2, 2, 8, 12, 1e-6f);

  /// T5-XXL, as Stable Diffusion 3 has it.
  private static final T5Config XXL = new T5Config(32128, 4096, 64, 10240, 24, 64, 32, 128, 1e-6f);

  private static final Map<T5Config, int[]> BUCKETS =
      Map.of(
          withBuckets(20, 50),
          new int[] {
            9, 9, 7, 6, 5, 2, 1, 0, 11, 12, 13, 14, 15, 15, 16, 17, 18, 18, 19, 19, 19, 19, 19
          },
          withBuckets(8, 16),
          new int[] {3, 3, 3, 3, 2, 2, 1, 0, 5, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7},
          withBuckets(12, 100),
          new int[] {5, 5, 4, 3, 3, 2, 1, 0, 7, 8, 9, 9, 9, 9, 10, 10, 10, 10, 11, 11, 11, 11, 11});

  private static final Tensor IDS = Tensor.of(new long[] {3, 9, 3, 0, 1, 7, 7, 2}, 2, 4);

  /// Along a random direction of each parameter, with blocks kept and computed again.
  @Test
  void gradients() {
    Map<String, Tensor> weights = random(SMALL, 1);
    Tensor upstream = normal(new Random(2), Shape.of(2, 4, SMALL.dModel()));
    List<Tensor> watched = List.copyOf(weights.values());
    for (long bytes : new long[] {0, Long.MAX_VALUE}) {
      Gradients gradients =
          Tape.within(
              bytes, () -> Tape.record(watched, tape -> tape.backward(loss(weights, upstream))));
      weights.forEach(
          (name, w) -> {
            Tensor direction = normal(new Random(name.hashCode()), w.shape());
            double h = 1e-5;
            double expected =
                (loss(moved(weights, name, direction, h), upstream).item()
                        - loss(moved(weights, name, direction, -h), upstream).item())
                    / (2 * h);
            double actual = sum(mul(gradients.of(w), direction)).item();
            assertEquals(expected, actual, 1e-7 * Math.max(1, Math.abs(expected)), name);
            assertTrue(Math.abs(expected) > 1e-4, () -> name + " changes nothing: " + expected);
          });
    }
  }

  private static Tensor loss(Map<String, Tensor> weights, Tensor upstream) {
    T5EncoderModel model = new T5EncoderModel(Weights.of(weights), SMALL);
    return sum(mul(model.forward(IDS), upstream));
  }

  private static Map<String, Tensor> moved(
      Map<String, Tensor> weights, String name, Tensor direction, double h) {
    Map<String, Tensor> out = new LinkedHashMap<>(weights);
    out.computeIfPresent(name, (key, w) -> add(w, mul(direction, Tensor.of(new double[] {h}, 1))));
    return out;
  }

  /// With 256 tokens, widened weights aside, all that is computed takes tenths of a gigabyte.
  @Test
  void xxlTakesLittleBesideItsWeights() {
    T5EncoderModel hollow =
        new T5EncoderModel(Weights.of((key, shape) -> Tensor.scalar(0).expand(shape)), XXL);
    Tensor ids = Tensor.of(new long[256], 1, 256);
    DryRun.Memory work = DryRun.of(() -> assertEquals(4096, hollow.forward(ids).dim(2)));
    assertTrue(work.peakBytes() < 200e6, () -> "takes " + work.peakBytes());
    assertTrue(work.peakBytes() > 30e6, () -> "takes " + work.peakBytes());
    long parameters =
        hollow.parameters().values().stream().mapToLong(w -> w.shape().elements()).sum();
    assertEquals(4_762_310_656L, parameters);
  }

  @Test
  void kindsOfParameters() {
    Map<String, Tensor> weights = random(SMALL, 1);
    Map<Sites, Integer> counts = new LinkedHashMap<>();
    weights.forEach(
        (name, w) -> {
          for (Sites sites : Sites.values()) {
            if (T5EncoderModel.isParameterOf(sites, name, w.rank())) {
              counts.merge(sites, 1, Integer::sum);
            }
          }
        });
    assertEquals(
        Map.of(
            Sites.TEXT_FF, 6,
            Sites.TEXT_ATTENTION, 8,
            Sites.TEXT_NORM, 5,
            Sites.TEXT_EMBEDDINGS, 2,
            Sites.TEXT_ALL, 21),
        counts);
    assertEquals(21, weights.size());
  }

  /// As transformers' `T5Attention._relative_position_bucket` gives them.
  @Test
  void bucketsOfOtherSettings() {
    int[] relative = {
      -130, -40, -17, -9, -5, -2, -1, 0, 1, 2, 3, 4, 6, 7, 10, 13, 20, 31, 49, 50, 99, 100, 130
    };
    BUCKETS.forEach(
        (config, expected) ->
            assertArrayEquals(
                expected,
                Arrays.stream(relative).map(d -> RelativePositionBias.bucket(config, d)).toArray(),
                config.toString()));
  }

  @Test
  void refusesWhatIsNoText() {
    T5EncoderModel model = new T5EncoderModel(Weights.of(random(SMALL, 1)), SMALL);
    assertEquals(
        "t5: expected at least one id a text, got [2,0]",
        assertThrows(
                IllegalArgumentException.class, () -> model.forward(Tensor.of(new long[0], 2, 0)))
            .getMessage());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> model.forward(Tensor.of(new long[] {10}, 1, 1)))
            .getMessage();
    assertTrue(message.contains("id 10"), message);
  }

  private static T5Config withBuckets(int buckets, int distance) {
    return new T5Config(10, 6, 4, 5, 2, 2, buckets, distance, 1e-6f);
  }

  // ---- weights in double precision

  private static Map<String, Tensor> random(T5Config config, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> out = new LinkedHashMap<>();
    T5EncoderModel hollow =
        new T5EncoderModel(Weights.of((key, shape) -> Tensor.scalar(0).expand(shape)), config);
    hollow.parameters().forEach((name, w) -> out.put(name, normal(random, w.shape())));
    return out;
  }

  private static Tensor normal(Random random, Shape shape) {
    double[] values = new double[shape.elements()];
    Arrays.setAll(values, i -> random.nextGaussian() / 2);
    return Tensor.of(values, shape.toArray());
  }
}
