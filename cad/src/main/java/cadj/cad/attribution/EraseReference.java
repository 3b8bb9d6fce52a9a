package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.unet.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// [EraseObjective] as the published code walks: for k = 1 … steps, fresh noise is denoised by k
/// steps.
///
/// Kept as they are: the latents *after* the k-th step are paired with the time step *of* it; fewer
/// steps than the schedule has cover its noisiest part only; raw outputs are compared, whatever the
/// model predicts; and gradients are summed over everything, divided by nothing.
///
/// @param noise start noise of every iteration [prompts·samples·steps,C,h,w]
public record EraseReference(
    TextToImage pipeline,
    List<String> prompts,
    String base,
    Tensor noise,
    int steps,
    int scheduleSteps,
    double guidance,
    Collection<Tensor> watched)
    implements Procedure {
  public EraseReference {
    ScoredSteps.requireWithin(steps, scheduleSteps);
    noise.shape().requireRank(4, "erase start noise");
    int round = prompts.size() * steps;
    require(
        !prompts.isEmpty() && noise.dim(0) > 0 && noise.dim(0) % round == 0,
        "erase, reference mode: expected start noise for every iteration, %d or a multiple, got %s",
        round,
        noise.shape());
  }

  @Override
  public int units() {
    return noise.dim(0);
  }

  @Override
  public int[] timesteps() {
    return Arrays.copyOf(start().timesteps(), steps);
  }

  @Override
  public double divisor() {
    return 1;
  }

  private Scheduler start() {
    return Scheduler.Kind.DDIM.start(pipeline.schedule(), scheduleSteps);
  }

  @Override
  public void walk(int from, Sink sink) {
    for (int unit = from; unit < units(); unit++) {
      String prompt = prompts.get(unit / steps % prompts.size());
      int index = unit;
      Scope.run("iteration", () -> iteration(prompt, index, sink));
    }
  }

  private void iteration(String prompt, int unit, Sink sink) {
    Tensor x = noise.slice(0, unit, unit + 1);
    int height = x.dim(2) * pipeline.vae().config().downsampleFactor();
    int width = x.dim(3) * pipeline.vae().config().downsampleFactor();
    Conditioning concept = pipeline.text().encode(List.of(prompt), height, width);
    Conditioning without = pipeline.text().encode(List.of(base), height, width);
    Conditioning negative = pipeline.text().encode(List.of(""), height, width);
    Guidance guided = new Guidance(pipeline.unet(), concept, negative, guidance);
    Scheduler run = start();
    int[] timesteps = run.timesteps();
    int step = unit % steps;
    for (int i = 0; i <= step; i++) {
      x = run.step(i, guided.predict(x, timesteps[i]), x);
    }
    Tensor z = x;
    EraseObjective objective = new EraseObjective(pipeline.unet(), pipeline.schedule(), false);
    sink.unit(
        unit,
        step,
        gradients -> objective.at(z, timesteps[step], concept, without, watched, gradients));
  }
}
