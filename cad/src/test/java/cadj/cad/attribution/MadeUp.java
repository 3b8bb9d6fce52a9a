package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.scheduler.NoiseLevel;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// An attribution whose gradients are made up, so that it takes no time and its sums are known:
/// four trajectories of two points, two parameters. All numbers are multiples of small powers of
/// two, so that sums are exact.
final class MadeUp {
  private static final int TRAJECTORIES = 4;
  private static final double[] TIMESTEPS = {501, 0.5};
  private static final double DIVISOR = 8;

  private MadeUp() {}

  static SequencedMap<String, Tensor> parameters() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put("z", Tensor.of(new float[] {1, -2, 3}, 3, 1));
    out.put("a", Tensor.of(new float[] {-0.5f, 4}, 1, 2));
    return out;
  }

  static Attribution attribution(Map<String, String> identity) {
    return new Attribution(
        new MadeUpPoints(),
        new EraseObjective(false),
        new MadeUpEstimator(),
        parameters(),
        identity,
        null,
        Attribution.SAVING_SHARE);
  }

  /// Entry `i` of ∂J/∂w at a point.
  private static float gradient(int trajectory, int step, String parameter, int i) {
    float sign = (trajectory + step + i) % 3 == 0 ? -1 : 1;
    return sign * (1 + trajectory + 8 * step + 0.25f * i + (parameter.equals("z") ? 0 : 32));
  }

  private static double objective(int trajectory, int step) {
    return 1 + trajectory + 16 * step;
  }

  /// Asserts that a result is that of all trajectories.
  static void assertAddsUp(AttributionResult found) {
    assertArrayEquals(TIMESTEPS, found.timesteps());
    assertEquals(List.copyOf(parameters().keySet()), List.copyOf(found.scores().keySet()));
    double[] objectives = new double[TIMESTEPS.length];
    for (int step = 0; step < TIMESTEPS.length; step++) {
      for (int trajectory = 0; trajectory < TRAJECTORIES; trajectory++) {
        objectives[step] += objective(trajectory, step) / DIVISOR;
      }
    }
    assertArrayEquals(objectives, found.objectives());
    int p = 0;
    for (String name : parameters().keySet()) {
      float[] w = parameters().get(name).toFloats();
      double[] mean = new double[w.length];
      double[] score = new double[w.length];
      double[] positive = new double[TIMESTEPS.length];
      double[] negative = new double[TIMESTEPS.length];
      for (int step = 0; step < TIMESTEPS.length; step++) {
        for (int trajectory = 0; trajectory < TRAJECTORIES; trajectory++) {
          for (int i = 0; i < w.length; i++) {
            double g = gradient(trajectory, step, name, i) / DIVISOR;
            mean[i] += g;
            score[i] += w[i] * g;
            positive[step] += Math.max(w[i] * g, 0);
            negative[step] += Math.min(w[i] * g, 0);
          }
        }
      }
      assertArrayEquals(score, found.scores().get(name).toDoubles(), name);
      assertEquals(parameters().get(name).shape(), found.scores().get(name).shape());
      assertArrayEquals(positive, found.positive()[p], name);
      assertArrayEquals(negative, found.negative()[p], name);
      if (!found.sums().isEmpty()) {
        assertArrayEquals(mean, found.sums().get("grad").get(name).toDoubles(), name);
      }
      p++;
    }
  }

  private record MadeUpPoints() implements Points {
    @Override
    public Denoiser denoiser() {
      return Runs.PIPELINE.denoiser();
    }

    @Override
    public int trajectories() {
      return TRAJECTORIES;
    }

    @Override
    public int pointsPerTrajectory() {
      return TIMESTEPS.length;
    }

    @Override
    public double[] timesteps() {
      return TIMESTEPS.clone();
    }

    @Override
    public double divisor() {
      return DIVISOR;
    }

    @Override
    public Supplier<Point> trajectory(int trajectory, int first) {
      int[] next = {first};
      return () -> {
        int step = next[0]++;
        Tensor none = Tensor.scalar(0);
        return new Point(
            trajectory,
            step,
            none,
            TIMESTEPS[step],
            new NoiseLevel(1, 0),
            Conditioning.of(none),
            none);
      };
    }
  }

  /// Adds the made-up gradients; its name is the real one's, which merging asks for.
  private record MadeUpEstimator() implements Estimator {
    @Override
    public String kind() {
      return new FirstOrder().kind();
    }

    @Override
    public List<String> sums() {
      return new FirstOrder().sums();
    }

    @Override
    public double evaluate(
        Objective objective,
        Point point,
        Denoiser denoiser,
        SequencedMap<String, Tensor> watched,
        Sums sums) {
      watched.forEach(
          (name, w) -> {
            float[] g = new float[w.elements()];
            for (int i = 0; i < g.length; i++) {
              g[i] = gradient(point.trajectory(), point.step(), name, i);
            }
            sums.add("grad", name, Tensor.of(g, w.shape().toArray()), w);
          });
      return objective(point.trajectory(), point.step());
    }

    @Override
    public Tensor score(Tensor w, Map<String, Tensor> means) {
      return new FirstOrder().score(w, means);
    }
  }
}
