package cadj.cad.method.smallest;

import cadj.autograd.graph.Tape;
import cadj.cad.judge.Judge;
import cadj.cad.method.EditTask;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Pictures of a task's targets and of those preserved prompts that name something the judge knows,
/// drawn and judged.
final class JudgedPictures {
  /// Preserved prompts' pictures for each of the targets'.
  private static final int PRESERVED_PER_TARGET = 2;

  private final EditTask task;
  private final Judge judge;
  private final TextToImage.Settings sampling;
  private final List<String> prompts = new ArrayList<>();
  private final List<int[]> named = new ArrayList<>();
  private final int targets;
  private final int kind;
  private final int number;

  /// @param targets how many pictures of these, which take turns; of preserved prompts there are at
  ///   least twice as many, as many of each
  /// @throws IllegalArgumentException if the judge does not know the concept, or nothing that a
  ///   preserved prompt names
  JudgedPictures(EditTask task, Judge judge, TextToImage.Settings sampling, int targets) {
    this.task = task;
    this.judge = judge;
    this.sampling = sampling;
    this.targets = targets;
    kind = judge.kindOf(task.concept());
    number = judge.kinds().get(kind).indexOf(task.concept());
    for (int i = 0; i < targets; i++) {
      prompts.add(task.targets().get(i % task.targets().size()).prompt());
    }
    List<String> judged =
        task.preserve().stream()
            .filter(prompt -> Arrays.stream(Named.in(prompt, judge)).anyMatch(n -> n >= 0))
            .toList();
    if (judged.isEmpty()) {
      throw new IllegalArgumentException(
          "preserve: expected a prompt that names something the judge knows, such as \"%s\""
              .formatted(judge.kinds().getFirst().getFirst()));
    }
    int each = Math.ceilDiv(PRESERVED_PER_TARGET * targets, judged.size());
    for (int i = 0; i < each; i++) {
      prompts.addAll(judged);
    }
    prompts.forEach(prompt -> named.add(Named.in(prompt, judge)));
  }

  /// Draws all as `denoiser` does, from noise of `seed`, a few at a time.
  Seen see(Denoiser denoiser, long seed) {
    TextToImage pipeline = task.pipeline().withDenoiser(task.cost().counted(denoiser));
    int n = prompts.size();
    Tensor noise = TextToImage.noise(pipeline.latentShape(n), new TorchGenerator(seed));
    int together = TextToImage.picturesPerPass(noise.shape());
    int shown = 0;
    int[] right = new int[judge.kinds().size()];
    for (int from = 0; from < n; from += together) {
      int first = from;
      int to = Math.min(n, from + together);
      int[][] seen = sees(pipeline, first, to, noise.slice(0, first, to));
      for (int i = from; i < to; i++) {
        if (i < targets) {
          shown += seen[kind][i - from] == number ? 1 : 0;
        } else {
          for (int k = 0; k < right.length; k++) {
            right[k] += seen[k][i - from] == named.get(i)[k] ? 1 : 0;
          }
        }
      }
    }
    return new Seen(targets, shown, right);
  }

  private int[][] sees(TextToImage pipeline, int from, int to, Tensor noise) {
    int[][][] out = new int[1][][];
    Scope.run(
        "judged pictures",
        () ->
            Tape.noGrad(
                () -> {
                  Tensor pictures =
                      pipeline.draw(
                          prompts.subList(from, to),
                          null,
                          noise,
                          sampling,
                          Scheduler.Noise.NONE,
                          TextToImage.Progress.NONE);
                  out[0] = judge.sees(pictures);
                  return pictures;
                }));
    return out[0];
  }
}
