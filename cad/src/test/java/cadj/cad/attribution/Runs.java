package cadj.cad.attribution;

import cadj.kernels.random.TorchGenerator;
import cadj.models.folder.ModelFolder;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/// Short runs of every procedure on the embedded model.
final class Runs {
  static final TextToImage PIPELINE = TextToImage.load(ModelFolder.open("fashion"));
  static final SequencedMap<String, Tensor> WATCHED = Sites.FF.of(PIPELINE.unet().parameters());

  private static final List<String> PROMPTS = List.of("a photo of a bag", "bag");

  private Runs() {}

  static List<Procedure> all() {
    return List.of(
        eraseCorrected(), eraseReference(), amplify(Mode.CORRECTED), amplify(Mode.REFERENCE));
  }

  static Procedure eraseCorrected() {
    return new EraseCorrected(PIPELINE, PROMPTS, "", noise(2), 2, 4, 3, WATCHED.values());
  }

  static Procedure eraseReference() {
    return new EraseReference(PIPELINE, PROMPTS, "", noise(4), 2, 4, 3, WATCHED.values());
  }

  static Procedure amplify(Mode mode) {
    return new AmplifyProcedure(PIPELINE, PROMPTS, noise(2), 1, 5, 2, 4, mode, WATCHED.values());
  }

  private static Tensor noise(int count) {
    return TextToImage.noise(PIPELINE.latentShape(count), new TorchGenerator(count));
  }
}
