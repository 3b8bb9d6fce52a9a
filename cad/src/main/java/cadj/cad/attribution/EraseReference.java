package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.CapturedDenoiser;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Points for erasing as the published code has them: for k = 1 … steps, fresh noise is denoised by
/// k steps of DDIM.
///
/// Kept as they are: the latents *after* the k-th step are paired with the time step *of* it; fewer
/// steps than the schedule has cover its noisiest part only; the negative prompt is empty whatever
/// the base; and nothing is divided by anything.
///
/// @param noise start noise of every iteration [samples·prompts·steps,C,h,w]
public record EraseReference(
    TextToImage pipeline,
    List<String> prompts,
    String base,
    Tensor noise,
    int steps,
    int scheduleSteps,
    double guidance)
    implements Points {
  public EraseReference {
    noise.shape().requireRank(4, "erase start noise");
    int round = prompts.size() * steps;
    require(
        !prompts.isEmpty() && noise.dim(0) > 0 && noise.dim(0) % round == 0,
        "erase, reference mode: expected start noise for every iteration, %d or a multiple, got %s",
        round,
        noise.shape());
  }

  @Override
  public Denoiser denoiser() {
    return pipeline.denoiser();
  }

  /// Sample by sample, each prompt once.
  @Override
  public int trajectories() {
    return noise.dim(0) / steps;
  }

  @Override
  public int pointsPerTrajectory() {
    return steps;
  }

  @Override
  public double[] timesteps() {
    return Arrays.copyOf(start().timesteps(), steps);
  }

  @Override
  public double divisor() {
    return 1;
  }

  private Scheduler start() {
    return new ScoredSteps(Scheduler.Kind.DDIM, scheduleSteps, steps).start(pipeline);
  }

  @Override
  public Supplier<Point> trajectory(int trajectory, int first) {
    Iterator<Integer> step = IntStream.range(first, steps).iterator();
    return () -> point(trajectory, step.next());
  }

  private Point point(int trajectory, int step) {
    return Scope.keep("iteration", () -> iteration(trajectory, step));
  }

  private Point iteration(int trajectory, int step) {
    int index = trajectory * steps + step;
    Tensor x = noise.slice(0, index, index + 1);
    int height = x.dim(2) * pipeline.vae().config().downsampleFactor();
    int width = x.dim(3) * pipeline.vae().config().downsampleFactor();
    String prompt = prompts.get(trajectory % prompts.size());
    Conditioning concept =
        Scope.outside(() -> pipeline.text().encode(List.of(prompt), height, width));
    Conditioning without = pipeline.text().encode(List.of(base), height, width);
    Conditioning negative = pipeline.text().encodeNegative(List.of(""), concept, height, width);
    Scheduler run = start();
    double[] timesteps = run.timesteps();
    try (CapturedDenoiser denoiser = new CapturedDenoiser(pipeline.denoiser())) {
      Guidance guided = new Guidance(denoiser, concept, negative, guidance);
      for (int i = 0; i <= step; i++) {
        x = run.step(i, guided.predict(x, timesteps[i], i), x, Scheduler.Noise.NONE);
      }
    }
    Tensor z = x;
    double t = timesteps[step];
    Tensor target = Tape.noGrad(() -> pipeline.denoiser().forward(z, t, without));
    return new Point(trajectory, step, z, t, run.level(step), concept, target);
  }
}
