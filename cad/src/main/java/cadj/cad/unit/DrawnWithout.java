package cadj.cad.unit;

import cadj.cad.edit.Patch;
import cadj.cad.judge.Judge;
import cadj.cad.picture.Pictures;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Pictures of the model as it is, and of the model without one unit, for each of several units:
/// all from the same start noise.
///
/// @param prompts of the pictures
/// @param before the model as it is
/// @param units each zeroed alone
public record DrawnWithout(List<String> prompts, List<Picture> before, List<Unit> units) {
  /// A picture, and what a judge sees in it: a name of each kind, nothing without a judge.
  public record Picture(BufferedImage image, List<String> seen) {}

  /// @param after its pictures, in the order of the prompts
  /// @param changes how far each is from the one before
  public record Unit(UnitScore score, List<Picture> after, List<PixelChange> changes) {}

  /// How pictures are drawn.
  ///
  /// @param prompts which take turns
  /// @param pictures how many
  /// @param seed of the start noise of all
  /// @param judge tells what they show, or null
  public record Settings(
      List<String> prompts,
      int pictures,
      long seed,
      TextToImage.Settings sampling,
      @Nullable Judge judge) {
    private List<String> turns() {
      List<String> out = new ArrayList<>();
      for (int i = 0; i < pictures; i++) {
        out.add(prompts.get(i % prompts.size()));
      }
      return out;
    }
  }

  /// Draws.
  ///
  /// @param scores that the units were made of
  /// @param progress steps done of all
  public static DrawnWithout of(
      TextToImage pipeline,
      Settings settings,
      Map<String, Tensor> scores,
      List<UnitScore> units,
      TextToImage.Progress progress) {
    int runs = 1 + units.size();
    List<Picture> before = draw(pipeline, settings, part(progress, 0, runs));
    List<Unit> drawn = new ArrayList<>();
    for (UnitScore unit : units) {
      Patch patch =
          Patch.zeroing(
              unit.units().weights(unit.number(), scores), pipeline.parameters(), Map.of());
      List<Picture> after =
          draw(patch.apply(pipeline), settings, part(progress, 1 + drawn.size(), runs));
      List<PixelChange> changes = new ArrayList<>();
      for (int n = 0; n < after.size(); n++) {
        changes.add(PixelChange.of(before.get(n).image, after.get(n).image));
      }
      drawn.add(new Unit(unit, after, changes));
    }
    return new DrawnWithout(settings.turns(), before, drawn);
  }

  private static TextToImage.Progress part(TextToImage.Progress progress, int run, int runs) {
    return (done, total) -> progress.step(run * total + done, runs * total);
  }

  private static List<Picture> draw(
      TextToImage pipeline, Settings settings, TextToImage.Progress progress) {
    List<Picture> out = new ArrayList<>();
    Scope.run(
        "pictures of a unit",
        () -> {
          TorchGenerator generator = new TorchGenerator(settings.seed);
          Tensor start = TextToImage.noise(pipeline.latentShape(settings.pictures), generator);
          Scheduler.Noise noise = latents -> TextToImage.noise(latents.shape(), generator);
          Tensor pictures =
              pipeline.draw(settings.turns(), null, start, settings.sampling, noise, progress);
          Judge judge = settings.judge;
          for (int n = 0; n < settings.pictures; n++) {
            List<String> seen =
                judge == null ? List.of() : seen(judge, pictures.slice(0, n, n + 1));
            out.add(new Picture(Pictures.toImage(pictures, n), seen));
          }
        });
    return out;
  }

  /// What a judge sees in one picture: a name of each kind.
  private static List<String> seen(Judge judge, Tensor picture) {
    int[][] numbers = judge.sees(picture);
    List<String> out = new ArrayList<>();
    for (int kind = 0; kind < numbers.length; kind++) {
      out.add(judge.kinds().get(kind).get(numbers[kind][0]));
    }
    return out;
  }
}
