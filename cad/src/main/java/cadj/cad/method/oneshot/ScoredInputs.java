package cadj.cad.method.oneshot;

import static cadj.autograd.ops.Clamp.clamp;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.ops.Cat;
import cadj.cad.attribution.AttributionSettings;
import cadj.cad.attribution.Inputs;
import cadj.cad.attribution.Mode;
import cadj.cad.judge.Judge;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What weights are scored on: start noise to erase with; to amplify on, latents of pictures that
/// the model draws, of which only those in which a judge sees the concept.
final class ScoredInputs {
  private ScoredInputs() {}

  /// @param isTarget whether `settings` are about the task's concept, which the judge may know
  static Tensor of(
      EditTask task,
      TextToImage pipeline,
      AttributionSettings settings,
      int pictures,
      boolean isTarget,
      EditMethod.Progress progress) {
    TextToImage.Progress drawing =
        (done, total) -> progress.at("drawing " + settings.prompts().getFirst(), done, total);
    return switch (settings.objective()) {
      case ERASE -> Inputs.startNoise(pipeline, settings).values();
      case AMPLIFY -> {
        Judge judge = isTarget ? judge(task, settings) : null;
        yield judge == null
            ? Inputs.drawn(pipeline, settings, pictures, drawing).values()
            : recognised(task, pipeline, settings, pictures, judge, drawing);
      }
    };
  }

  /// One that knows the concept; none in reference mode, which takes all pictures.
  private static @Nullable Judge judge(EditTask task, AttributionSettings settings) {
    Judge judge = task.judge();
    boolean knows =
        judge != null
            && settings.mode() == Mode.CORRECTED
            && judge.kinds().stream().anyMatch(kind -> kind.contains(task.concept()));
    return knows ? judge : null;
  }

  private static Tensor recognised(
      EditTask task,
      TextToImage pipeline,
      AttributionSettings settings,
      int count,
      Judge judge,
      TextToImage.Progress progress) {
    return Scope.keep(
        "recognised pictures",
        () -> {
          TorchGenerator generator = new TorchGenerator(settings.seed());
          Scheduler.Noise noise = latents -> TextToImage.noise(latents.shape(), generator);
          Tensor drawn =
              pipeline.draw(
                  Collections.nCopies(count, settings.prompts().getFirst()),
                  null,
                  TextToImage.noise(pipeline.latentShape(count), generator),
                  new TextToImage.Settings(
                      settings.steps().scheduleSteps(),
                      settings.guidance(),
                      settings.steps().sampler()),
                  noise,
                  progress);
          boolean[] seen = judge.sees(drawn, task.concept());
          List<Tensor> shown = new ArrayList<>();
          for (int n = 0; n < count; n++) {
            if (seen[n]) {
              shown.add(drawn.slice(0, n, n + 1));
            }
          }
          require(
              !shown.isEmpty(),
              "amplify: expected \"%s\" in some of %d pictures, the judge sees it in none",
              task.concept(),
              count);
          Tensor kept = clamp(Cat.cat(0, shown.toArray(Tensor[]::new)), -1, 1);
          return Inputs.pictures(pipeline, settings, kept, "").values();
        });
  }
}
