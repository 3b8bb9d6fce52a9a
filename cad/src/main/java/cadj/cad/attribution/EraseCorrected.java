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

/// [EraseObjective] along guided DDIM trajectories, one per prompt and noise sample: each x_t with
/// its own t.
///
/// @param prompts ways to ask for the concept; scores are means over them
/// @param noise start noise, one sample each [samples,C,h,w]
/// @param steps how many of the schedule's steps are scored, spread evenly
public record EraseCorrected(
    TextToImage pipeline,
    List<String> prompts,
    String base,
    Tensor noise,
    int steps,
    int scheduleSteps,
    double guidance,
    Collection<Tensor> watched)
    implements Procedure {
  public EraseCorrected {
    ScoredSteps.requireWithin(steps, scheduleSteps);
    require(!prompts.isEmpty(), "erase: expected at least one prompt");
    noise.shape().requireRank(4, "erase start noise");
  }

  @Override
  public int units() {
    return prompts.size() * noise.dim(0) * steps;
  }

  @Override
  public int[] timesteps() {
    int[] all = start().timesteps();
    return Arrays.stream(ScoredSteps.evenly(steps, scheduleSteps)).map(i -> all[i]).toArray();
  }

  @Override
  public double divisor() {
    return (double) prompts.size() * noise.dim(0);
  }

  private Scheduler start() {
    return Scheduler.Kind.DDIM.start(pipeline.schedule(), scheduleSteps);
  }

  @Override
  public void walk(int from, Sink sink) {
    int unit = 0;
    for (String prompt : prompts) {
      for (int sample = 0; sample < noise.dim(0); sample++) {
        if (unit + steps > from) {
          Tensor start = noise.slice(0, sample, sample + 1);
          int first = unit;
          Scope.run("trajectory", () -> trajectory(prompt, start, first, sink));
        }
        unit += steps;
      }
    }
  }

  private void trajectory(String prompt, Tensor start, int first, Sink sink) {
    int height = start.dim(2) * pipeline.vae().config().downsampleFactor();
    int width = start.dim(3) * pipeline.vae().config().downsampleFactor();
    Conditioning concept = pipeline.text().encode(List.of(prompt), height, width);
    Conditioning without = pipeline.text().encode(List.of(base), height, width);
    Conditioning negative = pipeline.text().encodeNegative(null, concept, height, width);
    Guidance guided = new Guidance(pipeline.unet(), concept, negative, guidance);
    EraseObjective objective = new EraseObjective(pipeline.unet(), pipeline.schedule(), true);
    Scheduler run = start();
    int[] timesteps = run.timesteps();
    int[] scored = ScoredSteps.evenly(steps, scheduleSteps);
    Tensor x = start;
    int next = 0;
    for (int i = 0; next < steps; i++) {
      int t = timesteps[i];
      if (i == scored[next]) {
        Tensor latents = x;
        sink.unit(first + next, next, () -> objective.at(latents, t, concept, without, watched));
        next++;
      }
      if (next < steps) {
        x = run.step(i, guided.predict(x, t), x);
      }
    }
  }
}
