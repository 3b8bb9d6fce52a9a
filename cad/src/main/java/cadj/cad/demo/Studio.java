package cadj.cad.demo;

import cadj.cad.evaluate.Verdicts;
import cadj.cad.judge.FashionJudge;
import cadj.kernels.random.TorchGenerator;
import cadj.models.classifier.ResNetClassifier;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Draws captions and has them judged, always from the same start noise, so that pictures before
/// and after an edit differ by the edit only.
record Studio(TextToImage pipeline, ResNetClassifier classifier, long seed) {
  static final TextToImage.Settings SETTINGS = new TextToImage.Settings(20, 4, Scheduler.Kind.DDIM);

  /// Pictures [N,3,H,W] of `captions` as `denoiser` draws them.
  Tensor draw(Denoiser denoiser, List<Caption> captions) {
    Tensor noise =
        TextToImage.noise(pipeline.latentShape(captions.size()), new TorchGenerator(seed));
    return pipeline
        .withDenoiser(denoiser)
        .draw(
            captions.stream().map(Caption::text).toList(),
            null,
            noise,
            SETTINGS,
            Scheduler.Noise.NONE,
            TextToImage.Progress.NONE);
  }

  /// What the classifier sees in pictures [N,3,H,W], one per caption.
  Verdicts judge(List<Caption> captions, Tensor pictures) {
    SequencedMap<String, List<String>> words = new LinkedHashMap<>();
    words.put(Concept.Kind.OBJECT.toString(), classifier.objects());
    words.put(Concept.Kind.STYLE.toString(), classifier.styles());
    return Verdicts.of(
        new FashionJudge(classifier),
        words,
        captions.stream().map(caption -> caption.prompt(classifier)).toList(),
        pictures);
  }

  /// Captions to measure an edit of `concept` by: each once, then its own `times - 1` times more.
  List<Caption> sample(Concept concept, int times) {
    List<Caption> all = Caption.all(classifier);
    List<Caption> out = new ArrayList<>(all);
    for (int i = 1; i < times; i++) {
      all.stream().filter(concept::isIn).forEach(out::add);
    }
    return out;
  }
}
