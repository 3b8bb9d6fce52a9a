package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.NoiseLevel;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The amplify objective against the published code's loop: the same noise, loss and gradients,
/// negated.
@GoldenTest
class AmplifyGoldenTest {
  @Test
  void loops() {
    for (Path file : Golden.glob("*/expected/cad/amplify.safetensors")) {
      TextToImage model = GoldenModel.of(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        SequencedMap<String, Tensor> watched = model.denoiser().parameters(List.of(Sites.ALL));
        Conditioning concept = Conditioning.of(golden.tensor("encoder_hidden_states"));
        Tensor latents = golden.tensor("latents");
        long[] timesteps = golden.tensor("timesteps").toLongs();
        checkTimesteps(model, golden, latents, timesteps);
        TrajectorySums sums = new TrajectorySums(List.of("grad"), watched, 1);
        double[] objectives = golden.tensor("objectives").toDoubles();
        for (int call = 0; call < timesteps.length; call++) {
          int n = call % latents.dim(0);
          int c = call;
          Scope.run(
              "call",
              () -> {
                Tensor x0 = latents.slice(0, n, n + 1);
                Tensor noise = row(golden, "noise", c, x0);
                double t = timesteps[c];
                NoiseLevel level = level(model, golden, t);
                Tensor z = level.addNoise(x0, noise);
                Golden.assertClose(file + " z " + c, row(golden, "z", c, x0), z, 2e-6);
                Point point = new Point(0, 0, z, t, level, concept, noise);
                sums.begin(0);
                double j =
                    new FirstOrder()
                        .evaluate(new AmplifyObjective(), point, model.denoiser(), watched, sums);
                sums.end(j);
                assertEquals(objectives[c], -j, 1e-5 * objectives[c]);
                Golden.assertClose(
                    file + " prediction " + c,
                    row(golden, "noise_pred", c, x0),
                    model.denoiser().forward(z, t, concept),
                    1e-5);
              });
        }
        TreeMap<String, Tensor> gradients = new TreeMap<>();
        sums.finish()
            .sums()
            .get("grad")
            .forEach(
                (name, values) ->
                    gradients.put(
                        name, Tensor.of(values.read(), watched.get(name).shape().toArray())));
        GoldenModel.assertGradients(file, golden, gradients, -1);
        GoldenModel.assertStatistics(file, gradients, -1);
        GoldenModel.assertMasks(file, model, gradients, -1);
      }
    }
  }

  private static Tensor row(SafetensorsFile golden, String name, int i, Tensor like) {
    return golden.tensor(name).slice(0, i, i + 1).reshape(like.shape());
  }

  private static NoiseLevel level(TextToImage model, SafetensorsFile golden, double t) {
    int steps = Integer.parseInt(golden.metadata("scheduler_steps"));
    Scheduler run = Scheduler.Kind.DDIM.start(model.schedule(), steps);
    return run.level(Arrays.stream(run.timesteps()).boxed().toList().indexOf(t));
  }

  private static void checkTimesteps(
      TextToImage model, SafetensorsFile golden, Tensor latents, long[] expected) {
    AmplifyPoints points =
        new AmplifyPoints(
            model,
            List.of(golden.metadata("target")),
            latents,
            Integer.parseInt(golden.metadata("n_est")),
            0,
            new ScoredSteps(
                Scheduler.Kind.DDIM,
                Integer.parseInt(golden.metadata("scheduler_steps")),
                Integer.parseInt(golden.metadata("ddim_steps"))),
            Mode.REFERENCE);
    assertEquals(expected.length, points.trajectories() * points.pointsPerTrajectory());
    for (int call = 0; call < expected.length; call++) {
      assertEquals((double) expected[call], points.timesteps()[call / latents.dim(0)]);
    }
  }
}
