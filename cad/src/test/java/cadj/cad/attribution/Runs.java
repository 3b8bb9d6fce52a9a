package cadj.cad.attribution;

import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Short runs over every source of points on the embedded model: two prompts, two noise samples,
/// two of four steps.
final class Runs {
  static final TextToImage PIPELINE = TextToImage.load(ModelFiles.open("fashion"));

  private static final List<String> PROMPTS = List.of("a photo of a bag", "bag");
  private static final ScoredSteps STEPS = new ScoredSteps(Scheduler.Kind.DDIM, 4, 2);

  private Runs() {}

  static List<Attribution> all() {
    return List.of(
        attribution(eraseCorrected(), new EraseObjective(true)),
        attribution(eraseReference(), new EraseObjective(false)),
        attribution(amplify(Mode.CORRECTED), new AmplifyObjective()),
        attribution(amplify(Mode.REFERENCE), new AmplifyObjective()));
  }

  /// To first order, over feed-forward weights, without a file to save to.
  static Attribution attribution(Points points, Objective objective) {
    return attribution(points, objective, points.denoiser().parameters(List.of(Sites.FF)));
  }

  static Attribution attribution(
      Points points, Objective objective, SequencedMap<String, Tensor> watched) {
    return new Attribution(
        points, objective, new FirstOrder(), watched, Map.of(), null, Attribution.SAVING_SHARE);
  }

  static Points eraseCorrected() {
    return new EraseCorrected(PIPELINE, PROMPTS, "", noise(2), STEPS, 3, 0);
  }

  static Points eraseReference() {
    return new EraseReference(PIPELINE, PROMPTS, "", noise(8), 2, 4, 3);
  }

  static Points amplify(Mode mode) {
    return new AmplifyPoints(PIPELINE, PROMPTS, noise(2), 2, 5, STEPS, mode);
  }

  private static Tensor noise(int count) {
    return TextToImage.noise(PIPELINE.latentShape(count), new TorchGenerator(count));
  }
}
