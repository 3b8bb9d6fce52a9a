package cadj.cad.demo;

import cadj.kernels.random.TorchGenerator;
import cadj.models.classifier.ResNetClassifier;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.unet.UNet2DConditionModel;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;

/// Draws captions and has them judged, always from the same start noise, so that pictures before
/// and after an edit differ by the edit only.
record Studio(TextToImage pipeline, ResNetClassifier classifier, long seed) {
  static final TextToImage.Settings SETTINGS = new TextToImage.Settings(20, 4, Scheduler.Kind.DDIM);

  /// Pictures [N,3,H,W] of `captions` as `unet` draws them.
  Tensor draw(UNet2DConditionModel unet, List<Caption> captions) {
    Tensor noise =
        TextToImage.noise(pipeline.latentShape(captions.size()), new TorchGenerator(seed));
    return pipeline
        .withUnet(unet)
        .draw(
            captions.stream().map(Caption::text).toList(),
            null,
            noise,
            SETTINGS,
            TextToImage.Progress.NONE);
  }

  Verdicts judge(List<Caption> captions, Tensor pictures) {
    return Verdicts.of(classifier, captions, pictures);
  }

  /// Draws and judges.
  Verdicts verdicts(UNet2DConditionModel unet, List<Caption> captions) {
    Verdicts[] out = new Verdicts[1];
    Scope.run("verdicts", () -> out[0] = judge(captions, draw(unet, captions)));
    return out[0];
  }

  /// Captions to measure an edit of `concept` by: its own `times` over, each other once.
  List<Caption> sample(Concept concept, int times) {
    List<Caption> out = new ArrayList<>();
    for (Caption caption : Caption.all(classifier)) {
      int copies = concept.isIn(caption) ? times : 1;
      for (int i = 0; i < copies; i++) {
        out.add(caption);
      }
    }
    return out;
  }
}
