package cadj.cad.probe;

import cadj.cad.method.EditMethod;
import cadj.models.pipeline.ImageStart;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Pictures of the concept are noised, and the edited model denoises them from there, once asked
/// for the concept and once for nothing: does it finish what it is shown?
///
/// Every strength has the same noise.
///
/// @param strengths shares of the steps that are taken ([ImageStart])
public record NoisedPictures(List<Double> strengths) implements Probe {
  public static final NoisedPictures DEFAULT = new NoisedPictures(List.of(0.4, 0.6, 0.8, 0.9));

  public NoisedPictures {
    strengths = List.copyOf(strengths);
  }

  @Override
  public String name() {
    return "noised-pictures";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("strengths", strengths.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    return out;
  }

  @Override
  public void requireFits(Scheduler run) {
    strengths.forEach(strength -> ImageStart.first(run, strength));
  }

  @Override
  public void run(ProbeTask task, Receiver receiver, EditMethod.Progress progress) {
    Scope.run(
        name(),
        () -> {
          Encoded encoded = Encoded.of(task);
          Drawing drawing = new Drawing(task, encoded.latents().shape());
          int done = 0;
          for (double strength : strengths) {
            for (String prompt : List.of(task.prompt(), "")) {
              progress.at("denoising noised pictures", done++, 2 * strengths.size());
              Scope.run(
                  "strength " + strength,
                  () -> receiver.accept(recovered(task, drawing, encoded, strength, prompt)));
            }
          }
        });
  }

  private Recovery recovered(
      ProbeTask task, Drawing drawing, Encoded encoded, double strength, String prompt) {
    Tensor pictures =
        drawing.draw(
            drawing.conditioning(prompt),
            (from, to) -> {
              Encoded some = encoded.some(from, to);
              return new ImageStart(some.latents(), some.noise(), strength);
            });
    SequencedMap<String, String> variant = new LinkedHashMap<>();
    variant.put("strength", String.valueOf(strength));
    variant.put("prompt", prompt);
    return new Recovery(name(), variant, pictures, task.judge().sees(pictures, task.concept()));
  }
}
