package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.unet.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/// [AmplifyObjective] over pictures of the concept, each noised anew at every scored time step.
///
/// Corrected: scored steps are spread evenly over the schedule; means over prompts, pictures and
/// noise samples. Reference: the schedule's last `steps` steps, least noise first; sums over steps
/// and pictures, divided by the number of samples only; a velocity prediction is compared with the
/// noise.
///
/// @param pictures clean latents [M,C,h,w]
/// @param seed of the noise, drawn unit by unit
public record AmplifyProcedure(
    TextToImage pipeline,
    List<String> prompts,
    Tensor pictures,
    int samples,
    long seed,
    int steps,
    int scheduleSteps,
    Mode mode,
    Collection<Tensor> watched)
    implements Procedure {
  public AmplifyProcedure {
    ScoredSteps.requireWithin(steps, scheduleSteps);
    require(
        !prompts.isEmpty() && pictures.dim(0) > 0 && samples > 0,
        "amplify: expected at least one prompt, picture and noise sample, got %d, %d, %d",
        prompts.size(),
        pictures.dim(0),
        samples);
  }

  @Override
  public int units() {
    return prompts.size() * samples * steps * pictures.dim(0);
  }

  @Override
  public int[] timesteps() {
    int[] all = Scheduler.Kind.DDIM.start(pipeline.schedule(), scheduleSteps).timesteps();
    return switch (mode) {
      case CORRECTED ->
          Arrays.stream(ScoredSteps.evenly(steps, scheduleSteps)).map(i -> all[i]).toArray();
      case REFERENCE -> IntStream.rangeClosed(1, steps).map(i -> all[all.length - i]).toArray();
    };
  }

  @Override
  public double divisor() {
    return switch (mode) {
      case CORRECTED -> (double) prompts.size() * samples * pictures.dim(0);
      case REFERENCE -> samples;
    };
  }

  @Override
  public void walk(int from, Sink sink) {
    TorchGenerator generator = new TorchGenerator(seed);
    Shape one = pictures.shape().with(0, 1);
    AmplifyObjective objective =
        new AmplifyObjective(pipeline.unet(), pipeline.schedule(), mode == Mode.CORRECTED);
    int[] timesteps = timesteps();
    int unit = 0;
    for (String prompt : prompts) {
      Conditioning concept = encode(prompt);
      for (int round = 0; round < samples * steps; round++) {
        for (int picture = 0; picture < pictures.dim(0); picture++) {
          int index = unit++;
          int step = round % steps;
          Tensor x0 = pictures.slice(0, picture, picture + 1);
          Scope.run(
              "amplify unit",
              () -> {
                Tensor noise = TextToImage.noise(one, generator); // drawn even if not needed again
                if (index >= from) {
                  sink.unit(
                      index,
                      step,
                      gradients ->
                          objective.at(x0, noise, timesteps[step], concept, watched, gradients));
                }
              });
        }
      }
    }
  }

  private Conditioning encode(String prompt) {
    int factor = pipeline.vae().config().downsampleFactor();
    return pipeline
        .text()
        .encode(List.of(prompt), pictures.dim(2) * factor, pictures.dim(3) * factor);
  }
}
