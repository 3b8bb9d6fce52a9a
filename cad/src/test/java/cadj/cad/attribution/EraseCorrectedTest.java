package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.unet.Conditioning;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where the objective is evaluated: along the trajectory that generating takes, whatever of it the
/// scored steps have computed already.
class EraseCorrectedTest {
  private static final int SCHEDULE = 6;
  private static final String PROMPT = "a photo of a bag";
  private static final TextToImage MODEL = Runs.PIPELINE;

  private final Tensor noise = TextToImage.noise(MODEL.latentShape(1), new TorchGenerator(3));

  @ParameterizedTest
  @CsvSource({
    "'', 3, 6, 0", // the base prompt is the negative one
    "'', 3, 3, 0", // steps between that are not scored
    "'', 3, 6, 4", // steps scored by an earlier run
    "a photo, 3, 6, 0", // another base prompt
    "'', 1, 6, 0" // no guidance
  })
  void followsTheGuidedTrajectory(String base, double guidance, int steps, int from) {
    EraseCorrected procedure =
        new EraseCorrected(
            MODEL, List.of(PROMPT), base, noise, steps, SCHEDULE, guidance, Runs.WATCHED.values());
    List<Double> found = new ArrayList<>();
    procedure.walk(
        from,
        (unit, step, objective) -> {
          if (unit >= from) {
            found.add(objective.apply((w, gradient) -> {}).value());
          }
        });
    List<Double> expected = alongPlainTrajectory(base, guidance, steps);
    assertEquals(steps - from, found.size());
    for (int i = 0; i < found.size(); i++) {
      double j = expected.get(from + i);
      assertEquals(j, found.get(i), 1e-4 * j, "step " + (from + i));
    }
  }

  private List<Double> alongPlainTrajectory(String base, double guidance, int steps) {
    Conditioning concept = MODEL.text().encode(List.of(PROMPT), 32, 32);
    Conditioning without = MODEL.text().encode(List.of(base), 32, 32);
    Conditioning negative = MODEL.text().encodeNegative(null, concept, 32, 32);
    Guidance guided = new Guidance(MODEL.unet(), concept, negative, guidance);
    EraseObjective objective = new EraseObjective(MODEL.unet(), MODEL.schedule(), true);
    Scheduler run = Scheduler.Kind.DDIM.start(MODEL.schedule(), SCHEDULE);
    List<Integer> scored = Arrays.stream(ScoredSteps.evenly(steps, SCHEDULE)).boxed().toList();
    Tensor x = noise;
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < SCHEDULE; i++) {
      int t = run.timesteps()[i];
      if (scored.contains(i)) {
        values.add(
            objective
                .at(x, t, concept, without, Runs.WATCHED.values(), (w, gradient) -> {})
                .value());
      }
      x = run.step(i, guided.predict(x, t), x);
    }
    return values;
  }
}
