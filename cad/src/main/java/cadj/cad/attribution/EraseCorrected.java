package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Tape;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.unet.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    Path path = new Path(prompt, start);
    Scheduler run = start();
    int[] timesteps = run.timesteps();
    int[] scored = ScoredSteps.evenly(steps, scheduleSteps);
    int next = 0;
    for (int i = 0; next < steps; i++) {
      int t = timesteps[i];
      if (i == scored[next]) {
        sink.unit(first + next, next, gradients -> path.score(t, gradients));
        next++;
      }
      if (next < steps) {
        path.step(run, i, t);
      }
    }
  }

  /// One guided trajectory. A scored step has denoised with the concept already, and mostly the
  /// base prompt is the negative one too: what the objective predicted takes the trajectory on.
  private final class Path {
    private final EraseObjective objective =
        new EraseObjective(pipeline.unet(), pipeline.schedule(), true);
    private final Conditioning concept;
    private final Conditioning without;
    private final Conditioning negative;
    private final boolean negativeIsBase;
    private Tensor x;

    /// Predictions at x, if known; values only, since the objective's own memory is freed.
    private float @Nullable [] withConcept;

    private float @Nullable [] withNegative;

    Path(String prompt, Tensor start) {
      int height = start.dim(2) * pipeline.vae().config().downsampleFactor();
      int width = start.dim(3) * pipeline.vae().config().downsampleFactor();
      concept = pipeline.text().encode(List.of(prompt), height, width);
      without = pipeline.text().encode(List.of(base), height, width);
      negative = pipeline.text().encodeNegative(null, concept, height, width);
      negativeIsBase = negative.sameAs(without);
      x = start;
    }

    Scored score(int t, Tape.Receiver gradients) {
      Scored scored = objective.at(x, t, concept, without, watched, gradients);
      withConcept = scored.outputs().get(0).toFloats();
      withNegative = negativeIsBase ? scored.outputs().get(1).toFloats() : null;
      return scored;
    }

    void step(Scheduler run, int i, int t) {
      x = run.step(i, Scope.keep("guidance at " + t, () -> prediction(t)), x);
      withConcept = null;
      withNegative = null;
    }

    private Tensor prediction(int t) {
      Tensor text = withConcept == null ? predict(t, concept) : like(withConcept);
      if (!Guidance.isOn(guidance)) {
        return text;
      }
      Tensor uncond = withNegative == null ? predict(t, negative) : like(withNegative);
      return Guidance.guided(uncond, text, guidance);
    }

    private Tensor predict(int t, Conditioning conditioning) {
      return Tape.noGrad(() -> pipeline.unet().forward(x, t, conditioning));
    }

    private Tensor like(float[] values) {
      return Tensor.of(values, x.shape().toArray());
    }
  }
}
