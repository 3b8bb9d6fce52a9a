package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.emulator.DryDriver;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.WatchedDriver;
import cadj.models.denoiser.WatchedDriver.Counts;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// How often the host waits for the device per scored step: once for the objective, once for the
/// totals of the scores. What is on the way from one scored step to the next is recorded.
class HostWaitsTest {
  private static final List<String> PROMPTS = List.of("a photo of a bag");
  private static final int STEPS = 4;

  /// What is computed does not matter here.
  private final WatchedDriver driver = new WatchedDriver(new DryDriver(1L << 40));

  /// What was asked for from one point's end to the next one's.
  private List<Counts> counts(Function<TextToImage, Points> points) {
    List<Counts> counts = new ArrayList<>();
    Device.with(
        new Gpu(driver),
        () ->
            Runs.attribution(
                    points.apply(TextToImage.load(ModelFiles.open("fashion"))),
                    new EraseObjective(true))
                .run(false, (done, total) -> counts.add(driver.counts())));
    assertEquals(STEPS + 1, counts.size());
    // without what begins a trajectory, and ends it
    return counts.subList(2, STEPS);
  }

  private static Tensor noise(TextToImage model, int count) {
    return TextToImage.noise(model.latentShape(count), new TorchGenerator(3));
  }

  /// [#STEPS] of `steps` are scored.
  private List<Counts> corrected(int steps) {
    return counts(
        model ->
            new EraseCorrected(
                model,
                PROMPTS,
                "",
                noise(model, 1),
                new ScoredSteps(Scheduler.Kind.DDIM, steps, STEPS),
                3,
                0));
  }

  @Test
  void twicePerScoredStep() {
    for (Counts of : corrected(STEPS)) {
      assertEquals(2, of.waits());
      assertEquals(0, of.captures(), "for a single pass");
    }
  }

  /// And once for each prediction on the way there, which must be numbers.
  @Test
  void onTheWayPassesAreReplayed() {
    for (Counts of : corrected(3 * STEPS)) {
      assertEquals(2 + 2 * 2, of.waits(), "two steps with two predictions each");
      assertEquals(1, of.captures());
      assertEquals(2 * 2 + 1 - 2, of.replays(), "all but two, and that of the target");
    }
  }

  @Test
  void twicePerStepOfTheReference() {
    List<Counts> counts =
        counts(model -> new EraseReference(model, PROMPTS, "", noise(model, STEPS), STEPS, 6, 3));
    for (int i = 0; i < counts.size(); i++) {
      assertEquals(2, counts.get(i).waits());
      assertEquals(i, counts.get(i).replays(), "of 2 + i passes on the way to point 1 + i");
    }
  }
}
