package cadj.models.scheduler;

import static cadj.models.scheduler.PredictionType.combine;

import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.Scope;
import java.util.Set;
import java.util.stream.Collectors;

/// A predictor and a corrector that share their predictions of x₀, Zhao et al. 2023
/// (arXiv:2302.04867), of order p = 1 to 3: diffusers' `UniPCMultistepScheduler`.
///
/// From λ to λ' = λ + h, with x₀ of the last call, Dₖ the differences to it of the x₀ of the calls
/// before, over rₖ, their differences in λ over h:
///
/// ```
/// predict   x' = ς'/ς·x − α'·(e⁻ʰ − 1)·x₀ − α'·B·Σ ρₖ·Dₖ        over k < p
/// correct   x' = ς'/ς·x − α'·(e⁻ʰ − 1)·x₀ − α'·B·Σ ρ'ₖ·Dₖ       over k ≤ p
/// ```
///
/// where the p-th D, r = 1, is that of the call at λ' itself, which is so put to use twice; B is −h
/// (`bh1`) or e⁻ʰ − 1 (`bh2`); and the ρ make the sum exact for polynomials.
public final class UniPcMultistepScheduler implements Scheduler {
  private final Config config;
  private final Multistep run;

  /// The settings, by diffusers' keys.
  ///
  /// @param bh1 whether B is −h, else e⁻ʰ − 1
  /// @param disableCorrector steps whose result is not corrected
  record Config(Multistep.Config shared, boolean bh1, Set<Integer> disableCorrector) {
    static Config of(SchedulerConfig file) {
      JsonObject json = file.json();
      file.requireFalse("use_dynamic_shifting");
      file.requireUnset("solver_p", "shift_terminal");
      if (!json.boolOr("predict_x0", true)) {
        throw json.error("predict_x0", "true", "false");
      }
      // another solver's names mean the default
      String type = file.oneOf("solver_type", "bh2", "bh1", "midpoint", "heun", "logrho");
      Multistep.Config shared =
          Multistep.Config.of(
              file,
              Kind.UNIPC,
              json.boolOr("use_karras_sigmas", false),
              true,
              Double.NEGATIVE_INFINITY);
      boolean bh1 = type.equals("bh1");
      if (!shared.endsAtSigmaMin() && (bh1 || !shared.lowerOrderFinal())) {
        throw json.error(
            "final_sigmas_type",
            "sigma_min with solver_type bh1 or without lower_order_final, which have no value at 0",
            "zero");
      }
      return new Config(
          shared,
          bh1,
          json.has("disable_corrector")
              ? json.list("disable_corrector").stream()
                  .map(value -> value.integer())
                  .collect(Collectors.toUnmodifiableSet())
              : Set.of());
    }

    /// Order of the `index`-th of `steps` steps: no more than there were calls or, in the end, are
    /// left.
    int order(int index, int steps) {
      int most = shared.lowerOrderFinal() ? steps - index : shared.solverOrder();
      return Math.min(Math.min(shared.solverOrder(), index + 1), most);
    }
  }

  public UniPcMultistepScheduler(SchedulerConfig file, int steps) {
    config = Config.of(file);
    run = new Multistep(config.shared(), steps);
  }

  @Override
  public double[] timesteps() {
    return run.timesteps();
  }

  @Override
  public boolean startsAnywhere() {
    return false;
  }

  @Override
  public NoiseLevel level(int index) {
    return run.level(index);
  }

  @Override
  public Tensor step(int index, Tensor output, Tensor latents, Noise noise) {
    run.add(index, output, latents);
    return Scope.keep(
        "unipc step",
        () -> {
          boolean corrects = index > 0 && !config.disableCorrector().contains(index - 1);
          return predict(index, corrects ? correct(index, latents) : latents);
        });
  }

  /// The step to the `index`-th call, taken again with what that predicted: what was predicted of
  /// it plus the difference.
  private Tensor correct(int index, Tensor latents) {
    Step step = new Step(index - 1);
    Tensor sum = latents;
    double[] predictor = step.predictor();
    double[] corrector = step.corrector();
    Tensor x0 = run.x0(1);
    for (int k = 0; k < corrector.length; k++) {
      boolean last = k == corrector.length - 1;
      double weight = last ? corrector[k] : corrector[k] - predictor[k];
      Tensor there = last ? run.x0(0) : run.x0(k + 2);
      sum = step.plus(sum, weight / step.ratio(k), there, x0);
    }
    return sum;
  }

  private Tensor predict(int index, Tensor latents) {
    Step step = new Step(index);
    NoiseLevel from = run.level(index);
    NoiseLevel to = run.level(index + 1);
    Tensor x0 = run.x0(0);
    Tensor sum =
        combine(to.noise() / from.noise(), latents, -to.signal() * Math.expm1(-step.h), x0);
    double[] weights = step.predictor();
    for (int k = 0; k < weights.length; k++) {
      sum = step.plus(sum, weights[k] / step.ratio(k), run.x0(k + 1), x0);
    }
    return sum;
  }

  /// The numbers of the step from the `index`-th call to the next.
  private final class Step {
    private final int index;
    private final int order;
    private final double h;
    private final double b;

    Step(int index) {
      this.index = index;
      order = config.order(index, run.steps());
      h = run.lambda(index + 1) - run.lambda(index);
      b = config.bh1() ? -h : Math.expm1(-h);
    }

    /// rₖ, counted from 0; the last is 1.
    double ratio(int k) {
      return k == order - 1 ? 1 : (run.lambda(index - k - 1) - run.lambda(index)) / h;
    }

    /// sum − α'·B·weight·(there − x₀)
    Tensor plus(Tensor sum, double weight, Tensor there, Tensor x0) {
      double factor = -run.level(index + 1).signal() * b * weight;
      return combine(1, sum, factor, combine(1, there, -1, x0));
    }

    /// The ρ of the predictor; of order 2, ½ in place of the exact one.
    double[] predictor() {
      return order == 2 ? new double[] {0.5} : weights(order - 1);
    }

    /// The ρ of the corrector; of order 1, ½ in place of the exact one.
    double[] corrector() {
      return order == 1 ? new double[] {0.5} : weights(order);
    }

    /// ρ of the first `count` ratios with Σₖ rₖⁱ⁻¹·ρₖ = i!·φᵢ₊₁/B for i = 1 … count, where φ₁ = e⁻ʰ
    /// − 1 over −h and φᵢ₊₁ = (φᵢ − 1/i!)/(−h), times −h.
    private double[] weights(int count) {
      double[][] rows = new double[count][count + 1];
      double phi = Math.expm1(-h) / -h - 1;
      double factorial = 1;
      for (int i = 0; i < count; i++) {
        for (int k = 0; k < count; k++) {
          rows[i][k] = Math.pow(ratio(k), i);
        }
        rows[i][count] = phi * factorial / b;
        factorial *= i + 2;
        phi = phi / -h - 1 / factorial;
      }
      return solve(rows);
    }
  }

  /// The solution of as many linear equations as there are rows, the right-hand sides last: Gauss's
  /// elimination with the largest pivot. The ratios differ, so there is one.
  private static double[] solve(double[]... rows) {
    int n = rows.length;
    for (int pivot = 0; pivot < n; pivot++) {
      for (int i = pivot + 1; i < n; i++) {
        if (Math.abs(rows[i][pivot]) > Math.abs(rows[pivot][pivot])) {
          double[] swapped = rows[i];
          rows[i] = rows[pivot];
          rows[pivot] = swapped;
        }
      }
      for (int i = 0; i < n; i++) {
        if (i != pivot) {
          double factor = rows[i][pivot] / rows[pivot][pivot];
          for (int k = pivot; k <= n; k++) {
            rows[i][k] -= factor * rows[pivot][k];
          }
        }
      }
    }
    double[] out = new double[n];
    for (int i = 0; i < n; i++) {
      out[i] = rows[i][n] / rows[i][i];
    }
    return out;
  }
}
