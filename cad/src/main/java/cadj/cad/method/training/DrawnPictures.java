package cadj.cad.method.training;

import cadj.autograd.ops.Cat;
import cadj.cad.attribution.AmplifyPoints;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.method.EditMethod.Progress;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Pictures that a model draws itself, in place of a data set: clean latents as sampled, without a
/// way through the autoencoder and back.
///
/// @param latents [pictures,C,h,w] of each prompt
public record DrawnPictures(
    TextToImage pipeline, List<String> prompts, List<Tensor> latents, PictureSettings settings) {
  /// Steps of the schedule from which the noise levels are taken.
  private static final int SCHEDULE_STEPS = 50;

  /// Draws the same number for each prompt, with the sampler that the model's folder names.
  ///
  /// @param what they are, for `progress`
  public static DrawnPictures draw(
      TextToImage pipeline,
      List<String> prompts,
      PictureSettings settings,
      long seed,
      String what,
      Progress progress) {
    TorchGenerator generator = new TorchGenerator(seed);
    List<Tensor> latents = new ArrayList<>();
    for (String prompt : prompts) {
      progress.at("drawing " + what, latents.size(), prompts.size());
      latents.add(Scope.outside(() -> draw(pipeline, prompt, settings, generator)));
    }
    progress.at("drawing " + what, prompts.size(), prompts.size());
    return new DrawnPictures(pipeline, List.copyOf(prompts), latents, settings);
  }

  private static Tensor draw(
      TextToImage pipeline, String prompt, PictureSettings settings, TorchGenerator generator) {
    return Scope.keep(
        "draw latents",
        () -> {
          int count = settings.perPrompt();
          Tensor start = TextToImage.noise(pipeline.latentShape(count), generator);
          int perPass = TextToImage.picturesPerPass(start.shape());
          List<Tensor> out = new ArrayList<>();
          for (int from = 0; from < count; from += perPass) {
            out.add(
                denoise(
                    pipeline,
                    prompt,
                    start.slice(0, from, Math.min(count, from + perPass)),
                    settings,
                    generator));
          }
          return Cat.cat(0, out.toArray(Tensor[]::new));
        });
  }

  private static Tensor denoise(
      TextToImage pipeline,
      String prompt,
      Tensor start,
      PictureSettings settings,
      TorchGenerator generator) {
    int factor = pipeline.vae().config().downsampleFactor();
    int height = start.dim(2) * factor;
    int width = start.dim(3) * factor;
    List<String> prompts = Collections.nCopies(start.dim(0), prompt);
    Conditioning alone = pipeline.text().encode(prompts, height, width);
    Conditioning negative = pipeline.text().encodeNegative(null, alone, height, width);
    return pipeline.denoise(
        start,
        pipeline.text().lengthened(alone, negative),
        negative,
        new TextToImage.Settings(
            settings.samplingSteps(), settings.guidance(), pipeline.schedule().kind()),
        x -> TextToImage.noise(x.shape(), generator),
        TextToImage.Progress.NONE);
  }

  /// Every picture noised anew at every level: a trajectory for each prompt.
  public NoisedPictures noised(long seed) {
    Scheduler.Kind sampler = pipeline.schedule().kind();
    ScoredSteps steps = new ScoredSteps(sampler, SCHEDULE_STEPS, settings.noiseLevels());
    List<AmplifyPoints> out = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      out.add(
          new AmplifyPoints(
              pipeline,
              List.of(prompts.get(i)),
              latents.get(i),
              1,
              seed + i,
              steps,
              Mode.CORRECTED));
    }
    return new NoisedPictures(out);
  }
}
