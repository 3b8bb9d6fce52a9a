package cadj.cad.probe;

import cadj.cad.method.EditMethod;
import cadj.models.pipeline.InpaintStart;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// Half of each picture is given, and the edited model draws the rest ([InpaintStart]), once asked
/// for the concept and once for nothing: does it know how the concept goes on?
///
/// @param kept the half that is given
public record Completion(Half kept) implements Probe {
  public static final Completion DEFAULT = new Completion(Half.LEFT);

  /// Of a picture.
  public enum Half {
    LEFT,
    RIGHT,
    TOP,
    BOTTOM;

    boolean has(int y, int x, int height, int width) {
      return switch (this) {
        case LEFT -> x < width / 2;
        case RIGHT -> x >= width / 2;
        case TOP -> y < height / 2;
        case BOTTOM -> y >= height / 2;
      };
    }

    /// Of latents [N,C,h,w]: 0 in this half, 1 in the other [1,1,h,w].
    Tensor mask(int height, int width) {
      float[] mask = new float[height * width];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = has(i / width, i % width, height, width) ? 0 : 1;
      }
      return Tensor.of(mask, 1, 1, height, width);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String name() {
    return "completion";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("kept", kept.toString());
    return out;
  }

  @Override
  public void run(ProbeTask task, Receiver receiver, EditMethod.Progress progress) {
    Scope.run(
        name(),
        () -> {
          Encoded encoded = Encoded.of(task);
          Drawing drawing = new Drawing(task, encoded.latents().shape());
          int done = 0;
          for (String prompt : List.of(task.prompt(), "")) {
            progress.at("completing pictures", done++, 2);
            Scope.run(
                "prompt " + prompt,
                () -> receiver.accept(recovered(task, drawing, encoded, prompt)));
          }
        });
  }

  private Recovery recovered(ProbeTask task, Drawing drawing, Encoded encoded, String prompt) {
    Tensor mask = kept.mask(encoded.latents().dim(2), encoded.latents().dim(3));
    Tensor pictures =
        drawing.draw(
            drawing.conditioning(prompt),
            (from, to) -> {
              Encoded some = encoded.some(from, to);
              return new InpaintStart(some.latents(), mask, some.noise());
            });
    SequencedMap<String, String> variant = new LinkedHashMap<>();
    variant.put("prompt", prompt);
    return new Recovery(name(), variant, pictures, task.judge().sees(pictures, task.concept()));
  }
}
