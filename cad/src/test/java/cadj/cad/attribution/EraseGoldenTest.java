package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.attribution.Attribution.Progress;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.NoiseLevel;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The erase objective, its gradients and the published code's loop, against the published code's
/// numbers.
@GoldenTest
@Execution(ExecutionMode.CONCURRENT)
class EraseGoldenTest {
  private static final double OBJECTIVE = 1e-5;
  private static final double LATENTS = 2e-5;

  @Test
  void singleSteps() {
    for (Path file : Golden.glob("*/expected/cad/erase_single_t*.safetensors")) {
      TextToImage model = GoldenModel.of(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        SequencedMap<String, Tensor> watched = model.denoiser().parameters(List.of(Sites.ALL));
        Conditioning both = conditioning(golden);
        Tensor z = golden.tensor("z");
        double t = golden.tensor("timestep").item();
        Tensor base = model.denoiser().forward(z, t, both.samples(1, 2));
        Point point = new Point(0, 0, z, t, new NoiseLevel(1, 0), both.samples(0, 1), base);
        Map<String, Tensor> gradients = new HashMap<>();
        double j =
            new EraseObjective(false)
                .differentiate(
                    model.denoiser(),
                    point,
                    watched,
                    (name, gradient) -> gradients.put(name, Scope.outside(gradient::copy)));
        double expected = golden.tensor("objective").item();
        assertEquals(expected, j, OBJECTIVE * expected, file.toString());
        Tensor noise = golden.tensor("noise");
        Tensor concept = model.denoiser().forward(z, t, both.samples(0, 1));
        Golden.assertClose(file + " concept", noise.slice(0, 0, 1), concept, 1e-5);
        Golden.assertClose(file + " base", noise.slice(0, 1, 2), base, 1e-5);
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
        SequencedMap<String, Tensor> watched = model.denoiser().parameters(List.of(Sites.ALL));
        EraseReference points =
            new EraseReference(
                model,
                List.of(golden.metadata("prompt")),
                golden.metadata("base_prompt"),
                noise.reshape(-1, noise.dim(2), noise.dim(3), noise.dim(4)),
                steps,
                Integer.parseInt(golden.metadata("num_inference_steps")),
                Double.parseDouble(golden.metadata("guidance_scale")));
        long[] timesteps = golden.tensor("timesteps").toLongs();
        for (int i = 0; i < steps; i++) {
          assertEquals((double) timesteps[i], points.timesteps()[i]);
        }
        AttributionResult result =
            Runs.attribution(points, new EraseObjective(false), watched).run(true, Progress.NONE);
        Map<String, Tensor> gradients = result.sums().get("grad");
        double[] objectives = golden.tensor("objectives").toDoubles();
        for (int i = 0; i < steps; i++) {
          assertEquals(
              objectives[i],
              result.objectives()[i],
              OBJECTIVE * objectives[i],
              file + " step " + i);
        }
        GoldenModel.assertGradients(file, golden, gradients, 1);
        GoldenModel.assertStatistics(file, gradients, 1);
        GoldenModel.assertMasks(file, model, gradients, 1);
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
                model.denoiser(),
                prompt,
                negative,
                Double.parseDouble(golden.metadata("guidance_scale")));
        Scheduler run = Scheduler.Kind.DDIM.start(model.schedule(), steps);
        double[] timesteps = run.timesteps();
        long[] expectedTimesteps = golden.tensor("timestep").toLongs();
        Tensor z = golden.tensor("z");
        Tensor x = golden.tensor("latents_init");
        for (int u = 0; u < z.dim(0); u++) {
          assertEquals((double) expectedTimesteps[u], timesteps[u]);
          x = run.step(u, guidance.predict(x, timesteps[u], u), x, Scheduler.Noise.NONE);
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
      TextToImage model = TextToImage.load(ModelFiles.open("fashion"));
      try (SafetensorsFile golden = Golden.open(file)) {
        Tensor objectives = golden.tensor("erase.objectives");
        int steps = objectives.dim(0);
        // "concept sneaker, base empty, guidance 3, 10 steps, corrected mode"
        String description = golden.metadata("erase");
        String concept = description.replaceAll(".*concept ([^,]*),.*", "$1");
        double guidance =
            Double.parseDouble(description.replaceAll(".*guidance ([0-9.]*),.*", "$1"));
        Points points =
            new EraseCorrected(
                model,
                List.of(concept),
                "",
                golden.tensor("erase.latents_init"),
                new ScoredSteps(Scheduler.Kind.DDIM, steps, steps),
                guidance,
                0);
        AttributionResult result =
            Runs.attribution(points, new EraseObjective(true)).run(false, Progress.NONE);
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
        assertEquals(result.scores().size(), compared);
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
