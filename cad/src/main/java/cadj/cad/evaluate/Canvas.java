package cadj.cad.evaluate;

import cadj.autograd.ops.Cat;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.file.Sha256;
import java.util.ArrayList;
import java.util.List;

/// The pictures that a group asks for when a concept is edited, prompt by prompt.
///
/// Each picture's noise follows from the cell's seed, the prompt and the picture's number, so every
/// method and the model as it is begin with the same, and nothing else does: not the edit's own
/// draws, nor another prompt's.
///
/// @param concept that is edited; empty for the model as it is, of which every prompt is drawn as
///   often as when it asks for the edited concept
record Canvas(PromptGroup group, String concept, long seed) {
  /// How many pictures of prompt `i`.
  int count(int i) {
    return concept.isEmpty()
        ? Math.max(group.ofTarget(), group.ofOthers())
        : group.pictures(group.prompts().get(i), concept);
  }

  int pictures() {
    int all = 0;
    for (int i = 0; i < group.prompts().size(); i++) {
      all += count(i);
    }
    return all;
  }

  /// All pictures [N,3,H,W] in [−1, 1], not clamped.
  Tensor draw(TextToImage pipeline, TextToImage.Settings settings, TextToImage.Progress progress) {
    List<String> texts = new ArrayList<>();
    List<Tensor> noise = new ArrayList<>();
    for (int i = 0; i < group.prompts().size(); i++) {
      String text = group.prompts().get(i).text();
      for (int k = 0; k < count(i); k++) {
        texts.add(text);
        noise.add(
            TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(noiseSeed(text, k))));
      }
    }
    return pipeline.draw(
        texts,
        null,
        Cat.cat(0, noise.toArray(Tensor[]::new)),
        settings,
        Scheduler.Noise.NONE,
        progress);
  }

  private long noiseSeed(String text, int k) {
    String hash =
        new Sha256().add("picture %d of \"%s\" with seed %d".formatted(k, text, seed)).hex();
    return Long.parseUnsignedLong(hash.substring(0, 8), 16); // what a generator takes of a seed
  }
}
