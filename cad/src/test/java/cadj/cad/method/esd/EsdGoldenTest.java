package cadj.cad.method.esd;

import static cadj.autograd.ops.Sub.sub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.cad.method.training.Training;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Three steps of the published implementation, on `sd1-tiny` with PNDM: x_t, targets, losses,
/// gradients, and what becomes of each parameter.
class EsdGoldenTest {
  private static final double LATENTS = 5e-6;
  private static final double GRADIENTS = 1e-4;
  private static final double CHANGES = 1e-3;
  private static final List<String> PREDICTIONS =
      List.of("noise_pred_erase", "noise_pred_null", "noise_pred_erase_from");

  private final TextToImage model =
      TextToImage.load(
          ModelFiles.open(Golden.require("sd1-tiny/unet/config.json").getParent().getParent()));

  /// Recorded cases by their names.
  enum Case {
    ESD_X(EsdWeights.X),
    ESD_X_STRICT_FROM(EsdWeights.X_STRICT),
    ESD_U(EsdWeights.U);

    private final EsdWeights weights;

    Case(EsdWeights weights) {
      this.weights = weights;
    }

    JsonObject json() {
      return JsonFile.read(Golden.require("baselines/esd.json")).list("cases").objects().stream()
          .filter(entry -> entry.string("case").equalsIgnoreCase(name()))
          .findFirst()
          .orElseThrow();
    }

    /// Recorded tensors; what all cases share is in the first one's too.
    SafetensorsFile tensors() {
      Optional<Path> own =
          Golden.find("baselines/" + name().toLowerCase(Locale.ROOT) + ".safetensors");
      return Golden.open(own.orElseGet(() -> Golden.require("baselines/esd_x.safetensors")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void steps(Case of) {
    JsonObject json = of.json();
    EsdSettings settings =
        new EsdSettings(
            json.list("timesteps").size(),
            json.number("lr"),
            json.number("negative_guidance"),
            json.number("guidance_scale"),
            json.integer("num_inference_steps"));
    String concept = json.string("erase_concept");
    Map<String, Tensor> chosen = of.weights.of(model.denoiser());
    assertEquals(Set.copyOf(json.list("trained").strings()), chosen.keySet());
    Training training =
        Training.of("golden", model.denoiser(), of.weights.of(model.denoiser()), settings.lr());
    EsdTraining esd =
        new EsdTraining(model, concept, json.stringOr("erase_from", concept), settings, training);
    try (SafetensorsFile golden = of.tensors()) {
      boolean own = golden.path().endsWith(of.name().toLowerCase(Locale.ROOT) + ".safetensors");
      for (int step = 0; step < settings.iterations(); step++) {
        String at = "step" + step + "/";
        int calls = (int) json.list("run_till_timestep").numbers()[step];
        EsdPoint point =
            esd.point(new EsdDraw(calls, golden.tensor(at + "start_noise"), Scheduler.Noise.NONE));
        assertEquals(json.list("timesteps").numbers()[step], point.timestep());
        Golden.assertClose(of + at + "xt", golden.tensor(at + "xt"), point.latents(), LATENTS);
        if (own) {
          checkTarget(of + at, esd.objective(), point, golden, at);
          checkGradients(of + at, esd, training, point, golden, at);
        }
        Map<String, Tensor> gradients = own ? Map.of() : gradients(esd, training, point);
        double loss = esd.step(point);
        double expected = json.list("losses").numbers()[step];
        assertEquals(expected, loss, LATENTS * expected, of + at + "loss");
        if (own) {
          checkChanges(of + at, training, golden, at + "param.");
        }
        if (json.has("per_parameter")) {
          checkStatistics(of + at, training, gradients, json.object("per_parameter"), step);
        }
        Golden.count(1);
      }
    }
  }

  private void checkTarget(
      String what, EsdObjective objective, EsdPoint point, SafetensorsFile golden, String at) {
    Tensor x = point.latents();
    double t = point.timestep();
    List<Tensor> predicted =
        List.of(
            objective.frozen().forward(x, t, objective.concept()),
            objective.frozen().forward(x, t, objective.empty()),
            objective.frozen().forward(x, t, objective.from()));
    for (int i = 0; i < PREDICTIONS.size(); i++) {
      String key = at + PREDICTIONS.get(i);
      Golden.assertClose(what + key, golden.tensor(key), predicted.get(i), 1e-5);
    }
    Golden.assertClose(what + "target", golden.tensor(at + "target"), point.target(), 1e-5);
  }

  private static Map<String, Tensor> gradients(EsdTraining esd, Training training, EsdPoint point) {
    return Tape.record(
        training.parameters().values(),
        tape -> {
          Gradients g = tape.backward(esd.objective().loss(training.denoiser(), point));
          Map<String, Tensor> out = new HashMap<>();
          training.parameters().forEach((name, w) -> out.put(name, g.of(w)));
          return out;
        });
  }

  private void checkGradients(
      String what,
      EsdTraining esd,
      Training training,
      EsdPoint point,
      SafetensorsFile golden,
      String at) {
    Set<String> keys = new LinkedHashSet<>(golden.names());
    keys.removeIf(key -> !key.startsWith(at + "grad."));
    if (keys.isEmpty()) {
      return;
    }
    Map<String, Tensor> actual = gradients(esd, training, point);
    for (String key : keys) {
      String name = key.substring((at + "grad.").length());
      Golden.assertClose(what + key, golden.tensor(key), actual.get(name), GRADIENTS);
    }
  }

  /// Changes since before the first step, over all parameters together.
  private void checkChanges(String what, Training training, SafetensorsFile golden, String prefix) {
    double error = 0;
    double norm = 0;
    int compared = 0;
    for (var parameter : training.parameters().entrySet()) {
      if (!golden.names().contains(prefix + parameter.getKey())) {
        continue;
      }
      compared++;
      double[] original = model.denoiser().parameters().get(parameter.getKey()).toDoubles();
      double[] expected = golden.tensor(prefix + parameter.getKey()).toDoubles();
      double[] actual = parameter.getValue().toDoubles();
      for (int i = 0; i < expected.length; i++) {
        double change = expected[i] - original[i];
        error += Math.pow(actual[i] - expected[i], 2);
        norm += change * change;
      }
    }
    if (compared > 0) {
      assertEquals(training.parameters().size(), compared, what);
      assertTrue(Math.sqrt(error / norm) < CHANGES, what + " changes: " + Math.sqrt(error / norm));
    }
  }

  /// Norms of gradients and changes, and sums of changes, of each parameter.
  private void checkStatistics(
      String what, Training training, Map<String, Tensor> gradients, JsonObject json, int step) {
    for (var parameter : training.parameters().entrySet()) {
      String name = parameter.getKey();
      JsonObject expected = json.list(name).objects().get(step);
      if (gradients.containsKey(name)) {
        double norm = norm(gradients.get(name).toDoubles());
        assertEquals(expected.number("grad_norm"), norm, GRADIENTS * norm, what + name);
      }
      Tensor start = model.denoiser().parameters().get(name);
      double[] change = sub(parameter.getValue(), start).toDoubles();
      double norm = expected.number("delta_norm");
      assertEquals(norm, norm(change), 2 * CHANGES * norm, what + name);
      assertEquals(
          expected.number("delta_sum"),
          Arrays.stream(change).sum(),
          CHANGES * norm * Math.sqrt(change.length),
          what + name);
    }
  }

  private static double norm(double... values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
  }
}
