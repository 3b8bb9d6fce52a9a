package cadj.cad.method.learnedmask;

import static cadj.autograd.ops.Affine.scale;

import cadj.autograd.graph.Tape;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.SchedulerConfig;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Points of guided trajectories of prompts, with what the unedited model predicts there. The pool
/// of preserved prompts serves every edit of one model ([#only]).
///
/// @param points prompt by prompt, the steps of each in order; their tensors belong to nobody
public record TrajectoryPool(List<Pooled> points) {
  private static final double GUIDANCE = 3;

  /// One point.
  ///
  /// @param latents x_t as the denoiser takes it [1,C,h,w]
  /// @param conditioning of the prompt c
  /// @param with Φ(x_t, c, t)
  /// @param without Φ(x_t, c_b, t) for what is drawn instead
  record Pooled(
      String prompt,
      Tensor latents,
      double timestep,
      Conditioning conditioning,
      Tensor with,
      Tensor without) {}

  /// One trajectory for each prompt, of DDIM, or of the model's own sampler of flow matching.
  ///
  /// @param steps of each
  /// @param seed of the start noise
  public static TrajectoryPool of(
      EditTask task,
      List<TargetPrompt> prompts,
      int steps,
      long seed,
      EditMethod.Progress progress) {
    Tensor noise =
        TextToImage.noise(task.pipeline().latentShape(prompts.size()), new TorchGenerator(seed));
    List<Pooled> points = new ArrayList<>();
    for (int p = 0; p < prompts.size(); p++) {
      progress.at("sampling trajectories", p, prompts.size());
      add(task, prompts.get(p), noise.slice(0, p, p + 1), steps, points);
    }
    progress.at("sampling trajectories", prompts.size(), prompts.size());
    return new TrajectoryPool(points);
  }

  /// Prompts that are to stay as they are.
  static List<TargetPrompt> kept(List<String> prompts) {
    return prompts.stream().map(prompt -> new TargetPrompt(prompt, prompt)).toList();
  }

  /// The points of some prompts only.
  public TrajectoryPool only(Predicate<String> prompts) {
    return new TrajectoryPool(points.stream().filter(point -> prompts.test(point.prompt)).toList());
  }

  private static void add(
      EditTask task, TargetPrompt prompt, Tensor start, int steps, List<Pooled> points) {
    TextToImage pipeline = task.pipeline();
    Denoiser denoiser = task.cost().counted(pipeline.denoiser());
    int factor = pipeline.vae().config().downsampleFactor();
    int height = start.dim(2) * factor;
    int width = start.dim(3) * factor;
    Supplier<Conditioning> encode =
        () -> pipeline.text().encode(List.of(prompt.prompt()), height, width);
    Conditioning with = Scope.outside(encode);
    Conditioning without =
        Scope.outside(() -> pipeline.text().encode(List.of(prompt.instead()), height, width));
    Conditioning empty =
        Scope.outside(() -> pipeline.text().encodeNegative(null, with, height, width));
    SchedulerConfig schedule = pipeline.schedule();
    Scheduler run = schedule.orOfFlow(Scheduler.Kind.DDIM).start(schedule, steps);
    Tensor x = Scope.outside(() -> scale(start, (float) run.initNoiseSigma()));
    for (int i = 0; i < steps; i++) {
      int call = i;
      Tensor before = x;
      double t = run.timesteps()[i];
      Tensor input = Scope.outside(() -> run.scaleModelInput(call, before));
      Tensor text = predict(denoiser, input, t, with);
      Tensor uncond = predict(denoiser, input, t, empty);
      Tensor instead =
          prompt.instead().equals(prompt.prompt())
              ? text
              : without.sameAs(empty) ? uncond : predict(denoiser, input, t, without);
      points.add(new Pooled(prompt.prompt(), input, t, with, text, instead));
      x =
          Scope.outside(
              () ->
                  run.step(
                      call, Guidance.guided(uncond, text, GUIDANCE), before, Scheduler.Noise.NONE));
    }
  }

  private static Tensor predict(
      Denoiser denoiser, Tensor latents, double t, Conditioning conditioning) {
    return Scope.outside(() -> Tape.noGrad(() -> denoiser.forward(latents, t, conditioning)));
  }
}
