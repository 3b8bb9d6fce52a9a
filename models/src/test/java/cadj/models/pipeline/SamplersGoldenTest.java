package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Affine;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.Folders;
import cadj.models.files.ModelFiles;
import cadj.models.golden.Announced;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Configs;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Kind;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.models.scheduler.SchedulerConfig;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole generations by diffusers' pipelines with each sampler, put in place of the one that the
/// model's folder names, or named by it.
@GoldenTest
class SamplersGoldenTest {
  private static final double TOLERANCE = 5e-5;

  /// Where predicted latents are clipped, a small difference can make a larger one.
  private static final double TOLERANCE_CLIPPED = 2e-3;

  private static final String BETAS =
      """
      {"_class_name": "DDIMScheduler", "num_train_timesteps": 1000,
       "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
      """;

  @TempDir private static Path temp;

  static List<Path> runs() {
    return Golden.glob("schedulers/*-tiny.*.safetensors");
  }

  private static String model(Path file) {
    return file.getFileName().toString().split("\\.", 2)[0];
  }

  private static String sampler(Path file) {
    return file.getFileName().toString().split("\\.", 2)[1].replace(".safetensors", "");
  }

  @ParameterizedTest
  @MethodSource("runs")
  void everyStep(Path file) {
    TextToImage model = pipeline(file);
    try (SafetensorsFile golden = Golden.open(file)) {
      Scheduler run = kind(golden).start(model.schedule(), steps(golden));
      double[] timesteps = run.timesteps();
      assertArrayEquals(golden.tensor("timesteps").toDoubles(), timesteps, 1e-4);
      double sigma = Double.parseDouble(golden.metadata("init_noise_sigma"));
      assertEquals(sigma, run.initNoiseSigma(), 1e-6 * sigma);
      Conditioning prompt = TrajectoryGoldenTest.condition(golden, "");
      Conditioning negative = TrajectoryGoldenTest.condition(golden, "negative_");
      Guidance guidance =
          new Guidance(
              model.denoiser(),
              prompt,
              negative,
              new Settings(steps(golden), guidance(golden), kind(golden), rescale(golden)));
      Noise noise = noise(golden);
      Tensor x = Affine.scale(golden.tensor("latents_init"), (float) sigma);
      for (int i = 0; i < timesteps.length; i++) {
        double t = timesteps[i];
        int step = i;
        Tensor input = run.scaleModelInput(i, x);
        if (i == 0) {
          Golden.assertClose(file + " input", golden.tensor("unet_in_first"), input, 1e-6);
        }
        Map<String, Tensor> seen = new HashMap<>();
        Tensor output = Announced.copyInto(seen, () -> guidance.predict(input, t, step));
        assertStep(file, golden, "unet_out", i, Objects.requireNonNull(seen.get("conv_out")));
        x = run.step(i, output, x, noise);
        assertStep(file, golden, "latents", i, x);
      }
    }
  }

  private static void assertStep(
      Path file, SafetensorsFile golden, String name, int step, Tensor actual) {
    Tensor expected = golden.tensor(name).slice(0, step, step + 1).reshape(actual.shape());
    Golden.assertClose(
        "%s %s of step %d".formatted(file, name, step), expected, actual, tolerance(golden));
    Golden.count(1);
  }

  private static double tolerance(SafetensorsFile golden) {
    boolean clips =
        Configs.of(golden.metadata("scheduler_config")).json().boolOr("clip_sample", false);
    return clips ? TOLERANCE_CLIPPED : TOLERANCE;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void fromPromptToPicture(Path file) {
    try (SafetensorsFile golden = Golden.open(file)) {
      Tensor picture =
          pipeline(file)
              .draw(
                  List.of(golden.metadata("prompt")),
                  List.of(golden.metadata("negative_prompt")),
                  golden.tensor("latents_init"),
                  new Settings(steps(golden), guidance(golden), kind(golden), rescale(golden)),
                  noise(golden),
                  Progress.NONE);
      Pixels.assertWithinOne(file + " 8-bit", golden.tensor("image_uint8_hwc"), picture);
    }
  }

  /// The model with the scheduler configuration that the recorded run had, from where it had it.
  private static TextToImage pipeline(Path file) {
    ModelFiles folder =
        ModelFiles.open(Golden.require(model(file) + "/model_index.json").getParent());
    TextToImage model = TextToImage.load(folder);
    return switch (sampler(file)) {
      case "euler", "euler_a", "pndm", "dpmpp_2m_karras" -> model;
      case "ddim_trailing" -> with(model, with(folder, "timestep_spacing", "\"trailing\""));
      case "ddim_trailing_zero_snr_rescale0.7" ->
          with(
              model,
              with(folder, "timestep_spacing", "\"trailing\"", "rescale_betas_zero_snr", "true"));
      case "legacy_ddim_swapped_in" -> with(model, Configs.of(BETAS));
      case "legacy_ddim_in_model_folder" -> withFile(folder, BETAS);
      default -> throw new AssertionError("unknown: " + file);
    };
  }

  private static TextToImage with(TextToImage model, SchedulerConfig schedule) {
    return new TextToImage(model.text(), model.denoiser(), model.vae(), schedule);
  }

  /// The folder's settings with others in their place, each a key and a value.
  private static SchedulerConfig with(ModelFiles folder, String... settings) {
    String json = read(folder.path().resolve("scheduler/scheduler_config.json"));
    for (int i = 0; i < settings.length; i += 2) {
      json = Folders.with(json, settings[i], settings[i + 1]);
    }
    return Configs.of(json);
  }

  private static TextToImage withFile(ModelFiles folder, String scheduler) {
    try {
      Path copy = Folders.copy(folder.path(), Files.createTempDirectory(temp, "").resolve("model"));
      Files.writeString(copy.resolve("scheduler/scheduler_config.json"), scheduler);
      TextToImage model = TextToImage.load(ModelFiles.open(copy));
      assertEquals(Kind.DDIM, model.schedule().kind());
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Kind kind(SafetensorsFile golden) {
    if (sampler(golden.path()).equals("dpmpp_2m_karras")) {
      return Kind.DPMPP_2M_KARRAS;
    }
    Optional<Kind> kind =
        Arrays.stream(Kind.values())
            .filter(k -> k.className().equals(golden.metadata("scheduler")))
            .findFirst();
    assertTrue(kind.isPresent(), () -> "not built and not left out: " + golden.path());
    return kind.orElseThrow();
  }

  private static int steps(SafetensorsFile golden) {
    return Integer.parseInt(golden.metadata("steps"));
  }

  private static double guidance(SafetensorsFile golden) {
    return Double.parseDouble(golden.metadata("guidance_scale"));
  }

  private static double rescale(SafetensorsFile golden) {
    return Double.parseDouble(golden.metadata("guidance_rescale"));
  }

  /// The recorded draws in their order, where the sampler adds noise.
  private static Noise noise(SafetensorsFile golden) {
    if (!golden.contains("noise")) {
      return Noise.NONE;
    }
    AtomicInteger drawn = new AtomicInteger();
    return latents -> {
      int i = drawn.getAndIncrement();
      return golden.tensor("noise").slice(0, i, i + 1).reshape(latents.shape());
    };
  }
}
