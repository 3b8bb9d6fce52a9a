package cadj.models.scheduler;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.models.scheduler.PredictionType.combine;

import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import cadj.tensor.memory.Scope;

/// DPM-Solver++ with predictions of the last calls, Lu et al. 2022 (arXiv:2211.01095), of order 1
/// to 3: diffusers' `DPMSolverMultistepScheduler`. Of order 2 it is the web UIs' "DPM++ 2M", with
/// Karras's noise levels their "DPM++ 2M Karras".
///
/// From λ to λ' = λ + h, with x₀ of the last call, D its differences to those before it, divided by
/// the differences in λ over h:
///
/// ```
/// x ← ς'/ς·x − α'·(e⁻ʰ − 1)·x₀ − α'·(e⁻ʰ − 1)/2·D              order 2, midpoint
/// x ← ς'/ς·x − α'·(e⁻ʰ − 1)·x₀ + α'·((e⁻ʰ − 1)/h + 1)·D        order 2, heun
/// x ← … − α'·((e⁻ʰ − 1 + h)/h² − ½)·D₂                          order 3
/// ```
public final class DpmSolverMultistepScheduler implements Scheduler {
  /// With as many steps, the last ones need not be of lower order.
  private static final int MANY_STEPS = 15;

  private final Config config;
  private final Multistep run;

  /// The settings, by diffusers' keys.
  ///
  /// @param heun whether order 2 is Heun's, else the midpoint's
  /// @param eulerAtFinal whether the last step is of order 1
  record Config(Multistep.Config shared, boolean heun, boolean eulerAtFinal) {
    static Config of(SchedulerConfig file, boolean karras) {
      JsonObject json = file.json();
      file.requireFalse("use_lu_lambdas");
      // another solver's names mean the defaults
      file.oneOf("algorithm_type", "dpmsolver++", "deis");
      String type = file.oneOf("solver_type", "midpoint", "heun", "logrho", "bh1", "bh2");
      String variance = json.stringOr("variance_type", "");
      if (variance.startsWith("learned")) {
        throw json.error("variance_type", "a model that predicts no variance", variance);
      }
      return new Config(
          Multistep.Config.of(
              file,
              karras ? Kind.DPMPP_2M_KARRAS : Kind.DPMPP_2M,
              karras || json.boolOr("use_karras_sigmas", false),
              !json.stringOr("beta_schedule", "").equals("squaredcos_cap_v2"),
              lambdaMin(json)),
          type.equals("heun"),
          json.boolOr("euler_at_final", false));
    }

    /// `lambda_min_clipped`, which is −∞ by default. JSON has no word for that; Python writes one.
    private static double lambdaMin(JsonObject json) {
      if (!json.has(Multistep.LAMBDA_MIN)) {
        return Double.NEGATIVE_INFINITY;
      }
      JsonValue value = json.get(Multistep.LAMBDA_MIN);
      return !value.isNumber() && value.string().equals("-Infinity")
          ? Double.NEGATIVE_INFINITY
          : value.number();
    }

    /// Order of the `index`-th of `steps` steps: no more than there were calls, and in the end,
    /// where the noise is nearly gone, less.
    int order(int index, int steps) {
      boolean lower = shared.lowerOrderFinal() && steps < MANY_STEPS;
      int left = steps - index;
      int most =
          left == 1 && (eulerAtFinal || lower || !shared.endsAtSigmaMin())
              ? 1
              : left == 2 && lower ? 2 : shared.solverOrder();
      return Math.min(Math.min(shared.solverOrder(), index + 1), most);
    }
  }

  /// @param karras whether noise levels are Karras's whatever the file says
  public DpmSolverMultistepScheduler(SchedulerConfig file, int steps, boolean karras) {
    config = Config.of(file, karras);
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
    return Scope.keep("dpm-solver step", () -> step(index, latents));
  }

  private Tensor step(int index, Tensor latents) {
    NoiseLevel from = run.level(index);
    NoiseLevel to = run.level(index + 1);
    double h = run.lambda(index + 1) - run.lambda(index);
    double decay = Math.expm1(-h);
    double alpha = to.signal();
    Tensor x0 = run.x0(0);
    Tensor first = combine(to.noise() / from.noise(), latents, -alpha * decay, x0);
    double heun = alpha * (decay / h + 1);
    return switch (config.order(index, run.steps())) {
      case 1 -> first;
      case 2 -> combine(1, first, config.heun() ? heun : -alpha * decay / 2, slope(index, h, 0));
      default -> {
        double r0 = ratio(index, h, 0);
        double r1 = ratio(index, h, 1);
        Tensor near = slope(index, h, 0);
        Tensor bend = combine(1, near, -1, slope(index, h, 1));
        Tensor second = combine(1, near, r0 / (r0 + r1), bend);
        double curvature = -alpha * ((decay + h) / (h * h) - 0.5) / (r0 + r1);
        yield add(combine(1, first, heun, second), scale(bend, (float) curvature));
      }
    };
  }

  /// The difference of the x₀ of two calls in a row, `back` calls ago, over [#ratio].
  private Tensor slope(int index, double h, int back) {
    double ratio = ratio(index, h, back);
    return combine(1 / ratio, run.x0(back), -1 / ratio, run.x0(back + 1));
  }

  /// A step in λ, `back` calls ago, over h.
  private double ratio(int index, double h, int back) {
    return (run.lambda(index - back) - run.lambda(index - back - 1)) / h;
  }
}
