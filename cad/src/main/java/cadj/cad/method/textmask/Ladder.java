package cadj.cad.method.textmask;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Tape;
import cadj.cad.edit.Patch;
import cadj.cad.judge.Judge;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// A method at the first of its strengths ([EditMethod#ladder]) at which validation pictures of the
/// targets hardly show the concept any more, else at the strongest.
///
/// The pictures' noise has a seed of its own, and what they cost is counted.
///
/// @param method whose setting `eta` is the strength
/// @param pictures of the targets, which take turns
/// @param most how many of them may show the concept
public record Ladder(EditMethod method, int pictures, int most) implements EditMethod {
  public static final Ladder OF_DOSES = new Ladder(TextDoses.RECOMMENDED, 25, 0);

  public static final Ladder OF_MASKS = new Ladder(TextMask.RECOMMENDED, 16, 1);

  private static final String STRENGTH = "eta";
  private static final String PICTURES = "pictures";
  private static final String MOST = "most_shown";

  /// Added to the task's seed.
  private static final long VALIDATION = 901_000_901;

  private static final TextToImage.Settings SAMPLING =
      new TextToImage.Settings(6, 4, Scheduler.Kind.DPMPP_2M);

  public Ladder {
    require(pictures >= 1, "ladder: pictures: expected at least 1, got %d", pictures);
    require(most >= 0, "ladder: most_shown: expected at least 0, got %d", most);
  }

  @Override
  public String name() {
    return method.name() + "-ladder";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>(method.settings());
    out.remove(STRENGTH);
    out.put(PICTURES, Integer.toString(pictures));
    out.put(MOST, Integer.toString(most));
    return out;
  }

  @Override
  public Ladder with(SettingValues values) {
    SequencedMap<String, String> its = new LinkedHashMap<>(method.settings());
    its.replaceAll((key, value) -> key.equals(STRENGTH) ? value : values.text(key));
    return new Ladder(
        method.with(new SettingValues(name(), its)),
        values.integer(PICTURES),
        values.integer(MOST));
  }

  @Override
  public Set<EditTask.Goal> goals() {
    return method.goals();
  }

  @Override
  public boolean editsCrossAttention() {
    return true;
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    Judge judge = task.judge();
    if (judge == null) {
      throw new IllegalArgumentException(
          "%s: expected a judge of pictures, got none".formatted(name()));
    }
    List<EditMethod> strengths = method.ladder();
    Denoiser unedited = task.pipeline().denoiser();
    for (int i = 0; ; i++) {
      progress.at("trying strengths", i, strengths.size());
      Patch patch = strengths.get(i).edit(task, progress);
      if (i + 1 == strengths.size() || shown(task, judge, patch.apply(unedited)) <= most) {
        return patch;
      }
    }
  }

  /// How many validation pictures by `denoiser` show the concept.
  private int shown(EditTask task, Judge judge, Denoiser denoiser) {
    TextToImage pipeline = task.pipeline().withDenoiser(task.cost().counted(denoiser));
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      prompts.add(task.targets().get(i % task.targets().size()).prompt());
    }
    Tensor noise =
        TextToImage.noise(
            pipeline.latentShape(pictures), new TorchGenerator(task.seed() + VALIDATION));
    int[] shown = new int[1];
    Scope.run(
        "validation pictures",
        () ->
            Tape.noGrad(
                () -> {
                  Tensor drawn =
                      pipeline.draw(
                          prompts,
                          null,
                          noise,
                          SAMPLING,
                          Scheduler.Noise.NONE,
                          TextToImage.Progress.NONE);
                  for (boolean sees : judge.sees(drawn, task.concept())) {
                    shown[0] += sees ? 1 : 0;
                  }
                  return drawn;
                }));
    return shown[0];
  }
}
