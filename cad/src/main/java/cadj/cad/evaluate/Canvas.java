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

  /// One picture to draw.
  private record Planned(ProtocolPrompt prompt, int number) {}

  private List<Planned> plan() {
    List<Planned> out = new ArrayList<>();
    for (int i = 0; i < group.prompts().size(); i++) {
      for (int k = 0; k < count(i); k++) {
        out.add(new Planned(group.prompts().get(i), k));
      }
    }
    return out;
  }

  /// The prompt of each picture.
  List<String> texts() {
    return plan().stream().map(picture -> picture.prompt().text()).toList();
  }

  /// All pictures [N,3,H,W] in [−1, 1], not clamped.
  Tensor draw(TextToImage pipeline, TextToImage.Settings settings, TextToImage.Progress progress) {
    List<Planned> plan = plan();
    List<Tensor> pictures = new ArrayList<>();
    int from = 0;
    while (from < plan.size()) {
      double guidance = guidance(plan.get(from), settings);
      int to = from + 1;
      while (to < plan.size() && guidance(plan.get(to), settings) == guidance) {
        to++;
      }
      int before = from;
      int until = to;
      pictures.add(
          draw(
              pipeline,
              plan.subList(from, to),
              new TextToImage.Settings(settings.steps(), guidance, settings.scheduler()),
              (done, steps) ->
                  progress.step(before + (until - before) * done / steps, plan.size())));
      from = to;
    }
    return Cat.cat(0, pictures.toArray(Tensor[]::new));
  }

  private static double guidance(Planned picture, TextToImage.Settings settings) {
    Double own = picture.prompt().guidance();
    return own == null ? settings.guidance() : own;
  }

  private Tensor draw(
      TextToImage pipeline,
      List<Planned> plan,
      TextToImage.Settings settings,
      TextToImage.Progress progress) {
    Tensor[] noise =
        plan.stream()
            .map(
                picture ->
                    TextToImage.noise(
                        pipeline.latentShape(1), new TorchGenerator(noiseSeed(picture))))
            .toArray(Tensor[]::new);
    return pipeline.draw(
        plan.stream().map(picture -> picture.prompt().text()).toList(),
        null,
        Cat.cat(0, noise),
        settings,
        Scheduler.Noise.NONE,
        progress);
  }

  private long noiseSeed(Planned picture) {
    Long own = picture.prompt().seed();
    return own == null
        ? noiseSeed(picture.prompt().text(), picture.number())
        : own + picture.number();
  }

  private long noiseSeed(String text, int k) {
    String hash =
        new Sha256().add("picture %d of \"%s\" with seed %d".formatted(k, text, seed)).hex();
    return Long.parseUnsignedLong(hash.substring(0, 8), 16); // what a generator takes of a seed
  }
}
