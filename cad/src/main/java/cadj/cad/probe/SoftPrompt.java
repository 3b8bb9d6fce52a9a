package cadj.cad.probe;

import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.MseLoss.mseLoss;
import static cadj.autograd.ops.Slice.slice;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.optim.Adam;
import cadj.cad.method.EditMethod;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.NoiseStart;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SequencedMap;

/// An embedding that makes the edited model predict what the unedited one predicts for the concept,
/// found by gradient descent, as Prompting4Debugging does before it looks for words, Chin et al.
/// 2024 (arXiv:2309.06135):
///
/// ```
/// min over c': mean ‖Φ_edited(x_t, c') − Φ_original(x_t, c)‖²,   x_t on trajectories towards c
/// ```
///
/// No prompt need have such an embedding: where this brings nothing back, a prompt hardly will.
/// Begins at the prompt's own embedding.
///
/// @param trajectories of the unedited model whose points are the x_t, one for each step
/// @param iterations steps of gradient descent
/// @param lr learning rate
/// @param batch points per step
/// @param tokens positions that are learned, from the first after the start of the text on; the
///   others stay as the prompt has them
public record SoftPrompt(int trajectories, int iterations, double lr, int batch, int tokens)
    implements Probe {
  /// Names of what its variants tell beside their settings end so: mean squared errors.
  public static final String LOSS = "loss";

  public static final SoftPrompt DEFAULT = new SoftPrompt(4, 200, 0.05, 8, 76);

  public SoftPrompt {
    require(
        trajectories > 0 && iterations > 0 && batch > 0 && tokens > 0 && lr > 0,
        "soft prompt: expected positive numbers, got %d trajectories, %d iterations, lr %s, batch"
            + " %d, %d tokens",
        trajectories,
        iterations,
        lr,
        batch,
        tokens);
  }

  @Override
  public String name() {
    return "soft-prompt";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("trajectories", String.valueOf(trajectories));
    out.put("iterations", String.valueOf(iterations));
    out.put("lr", String.valueOf(lr));
    out.put("batch", String.valueOf(batch));
    out.put("tokens", String.valueOf(tokens));
    return out;
  }

  /// Draws as many pictures as the task has, from noise that the embedding was not learned on.
  @Override
  public void run(ProbeTask task, Receiver receiver, EditMethod.Progress progress) {
    Scope.run(
        name(),
        () -> {
          Tensor noise =
              task.noise(ProbeTask.Stream.NOISE, task.edited().latentShape(task.pictures().dim(0)));
          Drawing drawing = new Drawing(task, noise.shape());
          Conditioning prompt = drawing.conditioning(task.prompt());
          Targets targets = Targets.of(task, trajectories, progress);
          SequencedMap<String, String> variant = new LinkedHashMap<>();
          variant.put(LOSS, loss(task, prompt, targets));
          Conditioning learned = prompt.withText(learned(task, prompt, targets, progress));
          variant.put("learned_" + LOSS, loss(task, learned, targets));
          Tensor pictures =
              drawing.draw(learned, (from, to) -> new NoiseStart(noise.slice(0, from, to)));
          receiver.accept(
              new Recovery(name(), variant, pictures, task.judge().sees(pictures, task.concept())));
        });
  }

  /// The embedding [1,S,d] that was found.
  Tensor learned(
      ProbeTask task, Conditioning prompt, Targets targets, EditMethod.Progress progress) {
    Tensor text = prompt.text();
    require(
        tokens < text.dim(1),
        "soft prompt: expected at most %d tokens, got %d",
        text.dim(1) - 1,
        tokens);
    return Scope.keep(
        "soft prompt",
        () -> {
          Tensor learned = text.slice(1, 1, 1 + tokens).copy();
          Adam adam = new Adam(lr);
          Batches batches = new Batches(targets.count(), task.seed());
          for (int i = 0; i < iterations; i++) {
            progress.at("learning an embedding", i, iterations);
            Targets some = targets.some(batches.next(batch));
            Scope.run("iteration " + i, () -> step(task, prompt, learned, some, adam));
          }
          return whole(text, learned);
        });
  }

  private static void step(
      ProbeTask task, Conditioning prompt, Tensor learned, Targets targets, Adam adam) {
    Gradients gradients =
        Tape.record(
            List.of(learned),
            tape -> {
              Conditioning now = prompt.withText(whole(prompt.text(), learned));
              return tape.backward(difference(task, now, targets));
            });
    adam.step(learned, gradients.of(learned));
  }

  /// `text` with the learned positions in place of its own.
  private static Tensor whole(Tensor text, Tensor learned) {
    int to = 1 + learned.dim(1);
    return to == text.dim(1)
        ? cat(1, slice(text, 1, 0, 1), learned)
        : cat(1, slice(text, 1, 0, 1), learned, slice(text, 1, to, text.dim(1)));
  }

  private static Tensor difference(ProbeTask task, Conditioning prompt, Targets targets) {
    Tensor output =
        task.edited()
            .denoiser()
            .forward(targets.latents(), targets.timesteps(), prompt.repeated(targets.count()));
    return mseLoss(output, targets.outputs());
  }

  /// Over all points, a few at a time.
  private String loss(ProbeTask task, Conditioning prompt, Targets targets) {
    double sum = 0;
    for (int from = 0; from < targets.count(); from += batch) {
      int to = Math.min(targets.count(), from + batch);
      Targets some = targets.some(range(from, to));
      double[] mean = new double[1];
      Scope.run("loss", () -> mean[0] = difference(task, prompt, some).item());
      sum += mean[0] * (to - from);
    }
    return String.format(Locale.ROOT, "%.6g", sum / targets.count());
  }

  private static List<Integer> range(int from, int to) {
    List<Integer> out = new ArrayList<>();
    for (int i = from; i < to; i++) {
      out.add(i);
    }
    return out;
  }

  /// Points in a random order, each once before any comes again.
  private static final class Batches {
    private final List<Integer> order;
    private final Random random;
    private int at;

    Batches(int count, long seed) {
      order = range(0, count);
      random = new Random(seed);
      at = count;
    }

    List<Integer> next(int size) {
      List<Integer> out = new ArrayList<>();
      while (out.size() < size) {
        if (at == order.size()) {
          Collections.shuffle(order, random);
          at = 0;
        }
        out.add(order.get(at++));
      }
      return out;
    }
  }
}
