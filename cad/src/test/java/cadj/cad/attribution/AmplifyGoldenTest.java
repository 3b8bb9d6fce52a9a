package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.pipeline.TextToImage;
import cadj.models.unet.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
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
        SequencedMap<String, Tensor> watched = Sites.ALL.of(model.unet().parameters());
        Conditioning concept = Conditioning.of(golden.tensor("encoder_hidden_states"));
        Tensor latents = golden.tensor("latents");
        long[] timesteps = golden.tensor("timesteps").toLongs();
        int steps = Integer.parseInt(golden.metadata("ddim_steps"));
        checkTimesteps(model, golden, latents, steps, timesteps, watched);
        AmplifyObjective objective = new AmplifyObjective(model.unet(), model.schedule(), false);
        Accumulator sums = new Accumulator(watched, 1);
        double[] objectives = golden.tensor("objectives").toDoubles();
        for (int call = 0; call < timesteps.length; call++) {
          int n = call % latents.dim(0);
          int c = call;
          Scope.run(
              "call",
              () -> {
                Tensor x0 = latents.slice(0, n, n + 1);
                List<Scored> all = new ArrayList<>();
                sums.add(
                    0,
                    gradients -> {
                      all.add(
                          objective.at(
                              x0,
                              row(golden, "noise", c, x0),
                              (int) timesteps[c],
                              concept,
                              watched.values(),
                              gradients));
                      return all.getFirst();
                    });
                Scored scored = all.getFirst();
                assertEquals(objectives[c], -scored.value(), 1e-5 * objectives[c]);
                Golden.assertClose(
                    file + " prediction " + c,
                    row(golden, "noise_pred", c, x0),
                    scored.outputs().get(0),
                    1e-5);
                Golden.assertClose(
                    file + " z " + c, row(golden, "z", c, x0), scored.outputs().get(1), 2e-6);
              });
        }
        TreeMap<String, Tensor> gradients = new TreeMap<>();
        watched.forEach(
            (name, w) ->
                gradients.put(name, Tensor.of(sums.gradient(name, 1), w.shape().toArray())));
        GoldenModel.assertGradients(file, golden, gradients, -1);
        GoldenModel.assertStatistics(file, gradients, -1);
        GoldenModel.assertMasks(file, model, gradients, -1);
      }
    }
  }

  private static Tensor row(SafetensorsFile golden, String name, int i, Tensor like) {
    return golden.tensor(name).slice(0, i, i + 1).reshape(like.shape());
  }

  private static void checkTimesteps(
      TextToImage model,
      SafetensorsFile golden,
      Tensor latents,
      int steps,
      long[] expected,
      SequencedMap<String, Tensor> watched) {
    AmplifyProcedure procedure =
        new AmplifyProcedure(
            model,
            List.of(golden.metadata("target")),
            latents,
            Integer.parseInt(golden.metadata("n_est")),
            0,
            steps,
            Integer.parseInt(golden.metadata("scheduler_steps")),
            Mode.REFERENCE,
            watched.values());
    assertEquals(expected.length, procedure.units());
    for (int unit = 0; unit < expected.length; unit++) {
      assertEquals(expected[unit], procedure.timesteps()[unit / latents.dim(0)]);
    }
  }
}
