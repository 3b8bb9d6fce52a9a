package cadj.autograd.ops;

import static cadj.autograd.ops.BatchNorm.batchNorm;
import static cadj.autograd.ops.BatchNorm.batchNormTraining;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class RunningStatisticsTest {
  private static final float EPS = 1e-5f;

  private final Tensor x =
      Tensor.of(new double[] {1, 2, 3, 10, 20, 60, 5, 6, 7, 20, 40, 0}, 2, 2, 3);
  private final Tensor one = Tensor.of(new double[] {1, 1}, 2);
  private final Tensor zero = Tensor.of(new double[] {0, 0}, 2);

  /// A tenth of the batch's mean and unbiased variance joins nine tenths of what was there.
  @Test
  void movesATenthOfTheWay() {
    RunningStatistics running =
        RunningStatistics.of(
            Tensor.of(new double[] {1, 100}, 2), Tensor.of(new double[] {2, 0}, 2));
    batchNormTraining(x, running, one, zero, EPS);
    // Channel 0: 1 2 3 5 6 7, mean 4, Σ(x−4)² = 28. Channel 1: 10 20 60 20 40 0, mean 25, 2350.
    assertArrayEquals(new double[] {1.3, 92.5}, running.mean().toDoubles(), 1e-6);
    assertArrayEquals(new double[] {1.8 + 0.56, 47}, running.var().toDoubles(), 1e-6);
  }

  @Test
  void evaluationWithWholeStatisticsIsTraining() {
    RunningStatistics running = new RunningStatistics(zero.copy(), zero.copy(), 1f);
    double[] trained = batchNormTraining(x, running, one, zero, EPS).toDoubles();
    double[] biased = running.var().toDoubles();
    Tensor population = Tensor.of(new double[] {biased[0] * 5 / 6, biased[1] * 5 / 6}, 2);
    double[] evaluated = batchNorm(x, running.mean(), population, one, zero, EPS).toDoubles();
    assertArrayEquals(trained, evaluated, 1e-9);
  }
}
