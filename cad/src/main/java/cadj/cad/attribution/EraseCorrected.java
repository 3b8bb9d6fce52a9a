package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;
import static cadj.tensor.shape.Require.require;

import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Points for erasing as the paper means them: each noise sample is denoised once, guided by the
/// concept, and every x_t of its trajectory is paired with its own t. Targets are the predictions
/// for the base prompt.
public final class EraseCorrected implements Points {
  private final TextToImage pipeline;
  private final RecentPrediction denoiser;
  private final List<String> prompts;
  private final String base;
  private final Tensor noise;
  private final ScoredSteps steps;
  private final double guidance;
  private final long seed;

  /// @param base what the concept is compared with, mostly the empty prompt
  /// @param noise standard normal start noise of each sample [samples,C,h,w], the same for all
  ///   prompts
  /// @param seed of the noise that ancestral samplers add on their way, and of what estimators draw
  public EraseCorrected(
      TextToImage pipeline,
      List<String> prompts,
      String base,
      Tensor noise,
      ScoredSteps steps,
      double guidance,
      long seed) {
    require(!prompts.isEmpty(), "erase: expected at least one prompt");
    noise.shape().requireRank(4, "erase start noise");
    this.pipeline = pipeline;
    this.denoiser = new RecentPrediction(pipeline.denoiser());
    this.prompts = prompts;
    this.base = base;
    this.noise = noise;
    this.steps = steps;
    this.guidance = guidance;
    this.seed = seed;
  }

  @Override
  public Denoiser denoiser() {
    return denoiser;
  }

  /// Prompt by prompt, the samples of each in order.
  @Override
  public int trajectories() {
    return prompts.size() * noise.dim(0);
  }

  @Override
  public int pointsPerTrajectory() {
    return steps.steps();
  }

  @Override
  public double[] timesteps() {
    Scheduler run = steps.start(pipeline);
    return ScoredSteps.timesteps(run, steps.spread(run));
  }

  @Override
  public double divisor() {
    return trajectories();
  }

  @Override
  public Supplier<Point> trajectory(int trajectory, int first) {
    return Scope.outside(() -> new Walk(trajectory, first));
  }

  /// One guided trajectory. An objective at a point has predicted with the concept already, and
  /// mostly the base prompt is the negative one too: what is known at a point takes the trajectory
  /// on.
  private final class Walk implements Supplier<Point> {
    private final int trajectory;
    private final Scheduler run = steps.start(pipeline);
    private final double[] timesteps = run.timesteps();
    private final int[] scored = steps.spread(run);
    private final Conditioning concept;
    private final Conditioning without;
    private final Conditioning negative;
    private final boolean negativeIsBase;
    private final Scheduler.Noise stepNoise;

    private Tensor x;

    /// The denoiser's input at the run's next call.
    private Tensor input;

    /// The prediction for the negative prompt there, if that is the base prompt and was predicted.
    private @Nullable Tensor withNegative;

    private int call;
    private int next;

    Walk(int trajectory, int first) {
      this.trajectory = trajectory;
      int sample = trajectory % noise.dim(0);
      Tensor start = noise.slice(0, sample, sample + 1);
      int height = start.dim(2) * pipeline.vae().config().downsampleFactor();
      int width = start.dim(3) * pipeline.vae().config().downsampleFactor();
      String prompt = prompts.get(trajectory / noise.dim(0));
      concept = pipeline.text().encode(List.of(prompt), height, width);
      without = pipeline.text().encode(List.of(base), height, width);
      negative = pipeline.text().encodeNegative(null, concept, height, width);
      negativeIsBase = negative.sameAs(without);
      TorchGenerator generator = new TorchGenerator(seed + 1 + trajectory);
      stepNoise = latents -> TextToImage.noise(latents.shape(), generator);
      x = scale(start, (float) run.initNoiseSigma());
      input = run.scaleModelInput(0, x);
      next = first;
    }

    @Override
    public Point get() {
      while (call < scored[next]) {
        Scope.outside(this::advance);
      }
      double t = timesteps[call];
      Tensor target = denoiser.target(input, t, without);
      denoiser.endPasses();
      withNegative = negativeIsBase ? Scope.outside(target::copy) : null;
      int step = next++;
      return new Point(
          trajectory,
          step,
          input,
          t,
          run.level(call),
          concept,
          target,
          Point.seed(seed, trajectory, step));
    }

    /// Takes the guided step of the run's next call.
    private Tensor advance() {
      Tensor output = Scope.keep("guidance at " + timesteps[call], this::prediction);
      x = run.step(call, output, x, stepNoise);
      call++;
      input = run.scaleModelInput(call, x);
      withNegative = null;
      return x;
    }

    private Tensor prediction() {
      double t = timesteps[call];
      Tensor text = denoiser.predict(input, t, concept);
      if (!Guidance.isOn(guidance)) {
        return text;
      }
      Tensor uncond = withNegative != null ? withNegative : denoiser.predict(input, t, negative);
      return Guidance.guided(uncond, text, guidance);
    }
  }
}
