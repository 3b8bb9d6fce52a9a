package cadj.cad.method.esd;

import static cadj.autograd.ops.Affine.scale;

import cadj.cad.method.training.Training;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextEncoder;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;

/// A training at work: x_t from the frozen model, part of the way along a guided trajectory for
/// `from` by the sampler that the model's folder names; the target there; one step of Adam.
final class EsdTraining {
  private final TextToImage frozen;
  private final EsdSettings settings;
  private final EsdObjective objective;
  private final Training training;

  /// @param concept the prompt to be erased
  /// @param from the prompt to erase it from, mostly the same
  EsdTraining(
      TextToImage frozen, String concept, String from, EsdSettings settings, Training training) {
    this.frozen = frozen;
    this.settings = settings;
    this.training = training;
    int factor = frozen.vae().config().downsampleFactor();
    int height = frozen.latentShape(1).dim(2) * factor;
    int width = frozen.latentShape(1).dim(3) * factor;
    TextEncoder text = frozen.text();
    Conditioning c = text.encode(List.of(concept), height, width);
    Conditioning f = from.equals(concept) ? c : text.encode(List.of(from), height, width);
    Conditioning shorter = text.encodeNegative(List.of(""), c, height, width);
    Conditioning empty = text.encodeNegative(List.of(""), f, height, width);
    empty = text.lengthened(empty, shorter);
    Conditioning concepts = text.lengthened(c, empty);
    this.objective =
        new EsdObjective(
            frozen.denoiser(),
            concepts,
            from.equals(concept) ? concepts : text.lengthened(f, empty),
            empty,
            settings.negativeGuidance());
  }

  EsdObjective objective() {
    return objective;
  }

  /// x_t and its target.
  EsdPoint point(EsdDraw draw) {
    return Scope.keep("esd point", () -> walk(draw));
  }

  private EsdPoint walk(EsdDraw draw) {
    Guidance guidance =
        new Guidance(frozen.denoiser(), objective.from(), objective.empty(), settings.guidance());
    Scheduler run = frozen.schedule().kind().start(frozen.schedule(), settings.samplingSteps());
    Tensor x = scale(draw.startNoise(), (float) run.initNoiseSigma());
    for (int i = 0; i < draw.calls(); i++) {
      Tensor output = guidance.predict(run.scaleModelInput(i, x), run.timesteps()[i], i);
      x = run.step(i, output, x, draw.stepNoise());
    }
    Tensor input = run.scaleModelInput(draw.calls(), x);
    double t = run.timesteps()[draw.calls()];
    return new EsdPoint(input, t, objective.target(input, t));
  }

  /// One step at `point`.
  ///
  /// @return the loss before it
  double step(EsdPoint point) {
    return training.step(() -> objective.loss(training.denoiser(), point));
  }
}
