package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.ops.Add;
import cadj.autograd.ops.Affine;
import cadj.cad.sd3.SD3Tiny;
import cadj.cad.sd3.SD3Tiny.Form;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.NoiseLevel;
import cadj.models.scheduler.PredictionType;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The amplify objective on Stable Diffusion 3's transformers, against a recording of the loss Σ (v
/// − (ε − x₀))²: pictures noised at the last steps of a schedule, least noise first.
@GoldenTest
class SD3AmplifyGoldenTest {
  @ParameterizedTest
  @EnumSource
  void loop(Form form) {
    Denoiser denoiser = form.denoiser();
    try (SafetensorsFile golden = form.expected("amplify")) {
      int steps = Integer.parseInt(golden.metadata("scheduler_steps"));
      Scheduler run = Scheduler.Kind.FLOW_MATCH_EULER.start(SD3Tiny.schedule(), steps);
      Tensor pictures = golden.tensor("latents");
      double[] objectives = golden.tensor("objectives").toDoubles();
      SequencedMap<String, Tensor> sums = new LinkedHashMap<>();
      for (int i = 0; i < objectives.length; i++) {
        int call = steps - 1 - i / pictures.dim(0);
        assertEquals(golden.tensor("timesteps").toDoubles()[i], run.timesteps()[call], 1e-4);
        Tensor x0 = row(pictures, i % pictures.dim(0));
        Tensor noise = row(golden.tensor("noise"), i);
        NoiseLevel level = run.level(call);
        Tensor z = level.addNoise(x0, noise);
        Golden.assertClose(form + " z " + i, row(golden.tensor("z"), i), z, 2e-6);
        Tensor target = PredictionType.FLOW.target(x0, noise, level);
        Point point =
            new Point(0, 0, z, run.timesteps()[call], level, SD3Tiny.conditioning(golden), target);
        double j =
            ObjectiveKind.AMPLIFY
                .in(Mode.CORRECTED)
                .differentiate(
                    denoiser,
                    point,
                    denoiser.parameters(List.of(Sites.FF)),
                    (name, gradient) ->
                        sums.merge(
                            name,
                            Scope.outside(
                                () -> Affine.scale(gradient, -z.elements())), // sum, not −mean
                            (a, b) -> Scope.outside(() -> Add.add(a, b))));
        double mean = golden.tensor("objectives_mean").toDoubles()[i];
        assertEquals(mean, -j, 1e-5 * mean, form + " call " + i);
        assertEquals(objectives[i], -j * z.elements(), 1e-5 * objectives[i]);
      }
      SD3EraseGoldenTest.assertGradients(form + " amplify", golden, sums);
    }
  }

  private static Tensor row(Tensor all, int i) {
    Tensor one = all.slice(0, i, i + 1);
    return one.reshape(1, one.dim(2), one.dim(3), one.dim(4));
  }
}
