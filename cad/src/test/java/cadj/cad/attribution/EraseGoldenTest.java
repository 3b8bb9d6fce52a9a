package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.folder.ModelFolder;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.unet.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// The erase objective, its gradients and the published code's loop, against the published code's
/// numbers.
@GoldenTest
class EraseGoldenTest {
  private static final double OBJECTIVE = 1e-5;
  private static final double LATENTS = 2e-5;

  @Test
  void singleSteps() {
    for (Path file : Golden.glob("*/expected/cad/erase_single_t*.safetensors")) {
      TextToImage model = GoldenModel.of(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        SequencedMap<String, Tensor> watched = Sites.ALL.of(model.unet().parameters());
        Conditioning both = conditioning(golden);
        Map<Tensor, Tensor> received = new HashMap<>();
        Scored scored =
            new EraseObjective(model.unet(), model.schedule(), false)
                .at(
                    golden.tensor("z"),
                    (int) golden.tensor("timestep").item(),
                    both.samples(0, 1),
                    both.samples(1, 2),
                    watched.values(),
                    (w, gradient) -> received.put(w, Scope.outside(gradient::copy)));
        double expected = golden.tensor("objective").item();
        assertEquals(expected, scored.value(), OBJECTIVE * expected, file.toString());
        Tensor noise = golden.tensor("noise");
        Golden.assertClose(file + " concept", noise.slice(0, 0, 1), scored.outputs().get(0), 1e-5);
        Golden.assertClose(file + " base", noise.slice(0, 1, 2), scored.outputs().get(1), 1e-5);
        Map<String, Tensor> gradients = new HashMap<>();
        watched.forEach((name, w) -> gradients.put(name, received.get(w)));
        GoldenModel.assertGradients(file, golden, gradients, 1);
      }
    }
  }

  private static Conditioning conditioning(SafetensorsFile golden) {
    return golden.contains("text_embeds")
        ? new Conditioning(
            golden.tensor("encoder_hidden_states"),
            golden.tensor("text_embeds"),
            golden.tensor("time_ids"))
        : Conditioning.of(golden.tensor("encoder_hidden_states"));
  }

  @Test
  void loops() {
    for (Path file : Golden.glob("*/expected/cad/erase_loop*.safetensors")) {
      TextToImage model = GoldenModel.of(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        Tensor noise = golden.tensor("latents_init");
        int steps = Integer.parseInt(golden.metadata("ddim_steps"));
        SequencedMap<String, Tensor> watched = Sites.ALL.of(model.unet().parameters());
        EraseReference procedure =
            new EraseReference(
                model,
                List.of(golden.metadata("prompt")),
                golden.metadata("base_prompt"),
                noise.reshape(-1, noise.dim(2), noise.dim(3), noise.dim(4)),
                steps,
                Integer.parseInt(golden.metadata("num_inference_steps")),
                Double.parseDouble(golden.metadata("guidance_scale")),
                watched.values());
        long[] timesteps = golden.tensor("timesteps").toLongs();
        for (int i = 0; i < steps; i++) {
          assertEquals(timesteps[i], procedure.timesteps()[i]);
        }
        AttributionResult result =
            new Attribution(procedure, watched, Map.of(), null, Duration.ZERO)
                .run(true, (done, total) -> {});
        double[] objectives = golden.tensor("objectives").toDoubles();
        for (int i = 0; i < steps; i++) {
          assertEquals(
              objectives[i],
              result.objectives()[i],
              OBJECTIVE * objectives[i],
              file + " step " + i);
        }
        GoldenModel.assertGradients(file, golden, result.gradients(), 1);
        GoldenModel.assertStatistics(file, result.gradients(), 1);
        GoldenModel.assertMasks(file, model, result.gradients(), 1);
      }
    }
  }

  @Test
  void theSamplersLatents() {
    for (Path file : Golden.glob("*/expected/custom_sample.safetensors")) {
      TextToImage model = GoldenModel.of(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        int steps = Integer.parseInt(golden.metadata("num_inference_steps"));
        Conditioning prompt = model.text().encode(List.of(golden.metadata("prompt")), 0, 0);
        Conditioning negative = model.text().encode(List.of(""), 0, 0);
        Guidance guidance =
            new Guidance(
                model.unet(),
                prompt,
                negative,
                Double.parseDouble(golden.metadata("guidance_scale")));
        Scheduler run = Scheduler.Kind.DDIM.start(model.schedule(), steps);
        int[] timesteps = run.timesteps();
        long[] expectedTimesteps = golden.tensor("timestep").toLongs();
        Tensor z = golden.tensor("z");
        Tensor x = golden.tensor("latents_init");
        for (int u = 0; u < z.dim(0); u++) {
          assertEquals(expectedTimesteps[u], timesteps[u]);
          x = run.step(u, guidance.predict(x, timesteps[u]), x);
          Tensor expected = z.slice(0, u, u + 1).reshape(x.shape());
          Golden.assertClose(file + " until " + (u + 1), expected, x, LATENTS);
          Golden.count(1);
        }
      }
    }
  }

  @Test
  void correctedAttributionOfTheEmbeddedModel() {
    for (Path file : Golden.glob("fashion/expected/expected.safetensors")) {
      TextToImage model = TextToImage.load(ModelFolder.open("fashion"));
      try (SafetensorsFile golden = Golden.open(file)) {
        SequencedMap<String, Tensor> watched = Sites.FF.of(model.unet().parameters());
        Tensor objectives = golden.tensor("erase.objectives");
        int steps = objectives.dim(0);
        // "concept sneaker, base empty, guidance 3, 10 steps, corrected mode"
        String description = golden.metadata("erase");
        String concept = description.replaceAll(".*concept ([^,]*),.*", "$1");
        double guidance =
            Double.parseDouble(description.replaceAll(".*guidance ([0-9.]*),.*", "$1"));
        EraseCorrected procedure =
            new EraseCorrected(
                model,
                List.of(concept),
                "",
                golden.tensor("erase.latents_init"),
                steps,
                steps,
                guidance,
                watched.values());
        AttributionResult result =
            new Attribution(procedure, watched, Map.of(), null, Duration.ZERO)
                .run(false, (done, total) -> {});
        assertArrayEquals(
            new double[steps],
            difference(objectives.toDoubles(), result.objectives()),
            1e-4,
            "objectives, relative");
        int compared = 0;
        for (String key : golden.names()) {
          if (key.startsWith("erase.score.")) {
            Tensor actual = result.scores().get(key.substring("erase.score.".length()));
            Golden.assertClose(key, golden.tensor(key), actual, 1e-4);
            compared++;
          }
        }
        assertEquals(watched.size(), compared);
        Golden.count(compared);
      }
    }
  }

  private static double[] difference(double[] expected, double[] actual) {
    double[] out = new double[expected.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (actual[i] - expected[i]) / expected[i];
    }
    return out;
  }
}
