package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.NoiseLevel;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Points for amplifying: pictures of the concept, each noised anew at every scored time step.
///
/// Corrected: scored steps are spread evenly over the schedule; targets are what the denoiser
/// should predict; means over prompts, pictures and noise samples. Reference: the last `steps`
/// steps of DDIM's schedule, least noise first; targets are the noise, whatever the denoiser
/// predicts; sums over steps, pictures and prompts, divided by the number of samples only.
///
/// @param pictures clean latents [M,C,h,w]
/// @param seed of the noise, drawn point by point, and of what estimators draw
public record AmplifyPoints(
    TextToImage pipeline,
    List<String> prompts,
    Tensor pictures,
    int samples,
    long seed,
    ScoredSteps steps,
    Mode mode)
    implements Points {
  public AmplifyPoints {
    require(
        !prompts.isEmpty() && pictures.dim(0) > 0 && samples > 0,
        "amplify: expected at least one prompt, picture and noise sample, got %d, %d, %d",
        prompts.size(),
        pictures.dim(0),
        samples);
  }

  @Override
  public Denoiser denoiser() {
    return pipeline.denoiser();
  }

  /// Prompt by prompt, the samples of each in order.
  @Override
  public int trajectories() {
    return prompts.size() * samples;
  }

  /// Step by step, the pictures in order at each.
  @Override
  public int pointsPerTrajectory() {
    return steps.steps() * pictures.dim(0);
  }

  @Override
  public double[] timesteps() {
    Scheduler run = steps.start(pipeline);
    return ScoredSteps.timesteps(run, calls(run));
  }

  private int[] calls(Scheduler run) {
    return switch (mode) {
      case CORRECTED -> steps.spread(run);
      case REFERENCE ->
          IntStream.rangeClosed(1, steps.steps()).map(k -> run.timesteps().length - k).toArray();
    };
  }

  @Override
  public double divisor() {
    return switch (mode) {
      case CORRECTED -> (double) trajectories() * pictures.dim(0);
      case REFERENCE -> samples;
    };
  }

  @Override
  public Supplier<Point> trajectory(int trajectory, int first) {
    TorchGenerator generator = new TorchGenerator(seed);
    int before = trajectory * pointsPerTrajectory() + first;
    for (int i = 0; i < before; i++) {
      Scope.run("noise of points before", () -> noise(generator));
    }
    Conditioning concept = Scope.outside(() -> encode(prompts.get(trajectory / samples)));
    Scheduler run = steps.start(pipeline);
    int[] calls = calls(run);
    Iterator<Integer> index = IntStream.range(first, pointsPerTrajectory()).iterator();
    return () -> point(trajectory, index.next(), generator, concept, run, calls);
  }

  private Point point(
      int trajectory,
      int index,
      TorchGenerator generator,
      Conditioning concept,
      Scheduler run,
      int[] calls) {
    return Scope.keep(
        "amplify point",
        () -> {
          int step = index / pictures.dim(0);
          int picture = index % pictures.dim(0);
          Tensor original = pictures.slice(0, picture, picture + 1);
          Tensor noise = noise(generator);
          NoiseLevel level = run.level(calls[step]);
          Tensor target =
              switch (mode) {
                case CORRECTED ->
                    pipeline.denoiser().predictionType().target(original, noise, level);
                case REFERENCE -> noise;
              };
          return new Point(
              trajectory,
              step,
              level.addNoise(original, noise),
              run.timesteps()[calls[step]],
              level,
              concept,
              target,
              Point.seed(seed, trajectory, index));
        });
  }

  private Tensor noise(TorchGenerator generator) {
    Shape one = pictures.shape().with(0, 1);
    return TextToImage.noise(one, generator);
  }

  private Conditioning encode(String prompt) {
    int factor = pipeline.vae().config().downsampleFactor();
    return pipeline
        .text()
        .encode(List.of(prompt), pictures.dim(2) * factor, pictures.dim(3) * factor);
  }
}
