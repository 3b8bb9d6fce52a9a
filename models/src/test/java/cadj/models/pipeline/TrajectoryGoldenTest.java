package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.golden.Announced;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole generations by diffusers' pipelines, from start noise to the 8-bit picture.
@GoldenTest
class TrajectoryGoldenTest {
  private static final double TEXT = 5e-6;
  private static final double LATENTS = 2e-5;
  private static final double PICTURE = 3e-5;

  static List<Path> trajectories() {
    return Golden.ofModels("expected/trajectory_*.safetensors");
  }

  @ParameterizedTest
  @MethodSource("trajectories")
  void everyStep(Path file) {
    TextToImage model = model(file);
    try (SafetensorsFile golden = Golden.open(file)) {
      Settings settings = settings(golden);
      Conditioning prompt = condition(golden, "");
      Conditioning negative =
          golden.contains("negative_prompt_embeds") ? condition(golden, "negative_") : prompt;
      Guidance guidance = new Guidance(model.denoiser(), prompt, negative, settings.guidance());
      Scheduler run = settings.scheduler().start(model.schedule(), settings.steps());
      double[] timesteps = run.timesteps();
      assertArrayEquals(golden.tensor("timesteps").toDoubles(), timesteps);
      Tensor x = golden.tensor("latents_init");
      for (int i = 0; i < timesteps.length; i++) {
        Map<String, Tensor> seen = new HashMap<>();
        Tensor latents = run.scaleModelInput(i, x);
        double t = timesteps[i];
        int step = i;
        Tensor predicted = Announced.copyInto(seen, () -> guidance.predict(latents, t, step));
        x = run.step(i, predicted, x, Noise.NONE);
        assertStep(golden, "unet_out", i, Objects.requireNonNull(seen.get("conv_out")));
        assertStep(golden, "latents", i, x);
      }
      Golden.assertClose(file + " final", golden.tensor("final_latents"), x, LATENTS);
    }
  }

  private static void assertStep(SafetensorsFile golden, String name, int step, Tensor actual) {
    Tensor expected = golden.tensor(name).slice(0, step, step + 1).reshape(actual.shape());
    String what = "%s %s of step %d".formatted(golden.path(), name, step);
    Golden.assertClose(what, expected, actual, LATENTS);
    Golden.count(1);
  }

  @ParameterizedTest
  @MethodSource("trajectories")
  void promptsAreEncoded(Path file) {
    TextEncoder text = model(file).text();
    try (SafetensorsFile golden = Golden.open(file)) {
      int height = golden.tensor("decoded").dim(2);
      int width = golden.tensor("decoded").dim(3);
      Conditioning prompt = text.encode(List.of(golden.metadata("prompt")), height, width);
      assertSame(golden, "", prompt);
      if (golden.contains("negative_prompt_embeds")) {
        assertSame(
            golden,
            "negative_",
            text.encodeNegative(negativePrompts(golden), prompt, height, width));
      }
      if (golden.contains("time_ids")) {
        Tensor timeIds = Objects.requireNonNull(prompt.timeIds());
        Golden.assertExact(file + " time_ids", golden.tensor("time_ids"), timeIds);
      }
    }
  }

  private static void assertSame(SafetensorsFile golden, String prefix, Conditioning actual) {
    String text = prefix + "prompt_embeds";
    Golden.assertClose(golden.path() + " " + text, golden.tensor(text), actual.text(), TEXT);
    String pooled = prefix + "pooled_prompt_embeds";
    assertEquals(golden.contains(pooled), actual.pooled() != null);
    if (actual.pooled() != null) {
      Golden.assertClose(
          golden.path() + " " + pooled, golden.tensor(pooled), actual.pooled(), TEXT);
    }
    Golden.count(1);
  }

  @ParameterizedTest
  @MethodSource("trajectories")
  void fromPromptToPicture(Path file) {
    TextToImage model = model(file);
    try (SafetensorsFile golden = Golden.open(file)) {
      int expectedCalls = golden.tensor("timesteps").elements();
      List<Integer> calls = new ArrayList<>();
      Tensor picture =
          model.draw(
              List.of(golden.metadata("prompt")),
              negativePrompts(golden),
              golden.tensor("latents_init"),
              settings(golden),
              Noise.NONE,
              (done, total) -> calls.add(total));
      assertEquals(Collections.nCopies(expectedCalls, expectedCalls), calls, "progress");
      assertPicture(golden, picture);
    }
  }

  @ParameterizedTest
  @MethodSource("trajectories")
  void latentsAreDecoded(Path file) {
    try (SafetensorsFile golden = Golden.open(file)) {
      assertPicture(golden, model(file).decode(golden.tensor("final_latents")));
    }
  }

  private static void assertPicture(SafetensorsFile golden, Tensor decoded) {
    String what = golden.path() + " ";
    Golden.assertClose(what + "decoded", golden.tensor("decoded"), decoded, PICTURE);
    Golden.assertClose(what + "image", golden.tensor("image"), Pixels.unit(decoded), PICTURE);
    Pixels.assertWithinOne(what + "8-bit", golden.tensor("image_uint8_hwc"), decoded);
    Golden.count(3);
  }

  private static TextToImage model(Path file) {
    return TextToImage.load(ModelFiles.open(file.getParent().getParent()));
  }

  private static Settings settings(SafetensorsFile golden) {
    String scheduler = golden.metadata("scheduler");
    Scheduler.Kind kind =
        switch (scheduler) {
          case "DDIMScheduler" -> Scheduler.Kind.DDIM;
          case "PNDMScheduler" -> Scheduler.Kind.PNDM;
          default -> throw new AssertionError("unknown scheduler " + scheduler);
        };
    return new Settings(
        Integer.parseInt(golden.metadata("steps")),
        Double.parseDouble(golden.metadata("guidance_scale")),
        kind);
  }

  static Conditioning condition(SafetensorsFile golden, String prefix) {
    String pooled = prefix + "pooled_prompt_embeds";
    return golden.contains(pooled)
        ? new Conditioning(
            golden.tensor(prefix + "prompt_embeds"),
            golden.tensor(pooled),
            golden.tensor("time_ids"))
        : Conditioning.of(golden.tensor(prefix + "prompt_embeds"));
  }

  /// An empty text was recorded where none was given, which XL takes for zeros.
  private static @Nullable List<String> negativePrompts(SafetensorsFile golden) {
    String negative = golden.metadata("negative_prompt");
    return negative.isEmpty() ? null : List.of(negative);
  }
}
