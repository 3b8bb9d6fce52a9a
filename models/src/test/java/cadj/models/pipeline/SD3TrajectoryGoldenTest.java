package cadj.models.pipeline;

import cadj.models.denoiser.Conditioning;
import cadj.models.files.Folders;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.TextSettings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.models.tokenizer.Cleaning;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole generations by diffusers' pipeline of Stable Diffusion 3 and 3.5, with and without T5,
/// with and without skip-layer guidance.
@GoldenTest
class SD3TrajectoryGoldenTest {
  private static final double TEXT = 2e-5;
  private static final double LATENTS = 2e-5;
  private static final double PICTURE = 3e-5;

  @TempDir private Path temp;

  static List<Path> trajectories() {
    return Golden.glob("sd3-*/expected/trajectory_*.safetensors");
  }

  @ParameterizedTest
  @MethodSource("trajectories")
  void promptsAreEncoded(Path file) {
    try (SafetensorsFile golden = Golden.open(file)) {
      if (golden.contains("prompt_embeds")) {
        TextEncoder text = model(file, golden).text();
        Conditioning prompt = text.encode(List.of(golden.metadata("prompt")), 64, 64);
        assertSame(golden, "", prompt);
        assertSame(golden, "negative_", text.encodeNegative(null, prompt, 64, 64));
      }
    }
  }

  private static void assertSame(SafetensorsFile golden, String prefix, Conditioning actual) {
    String text = prefix + "prompt_embeds";
    Golden.assertClose(golden.path() + " " + text, golden.tensor(text), actual.text(), TEXT);
    String pooled = prefix + "pooled_prompt_embeds";
    Golden.assertClose(
        golden.path() + " " + pooled,
        golden.tensor(pooled),
        Objects.requireNonNull(actual.pooled()),
        TEXT);
    Golden.count(1);
  }

  @ParameterizedTest
  @MethodSource("trajectories")
  void fromPromptToPicture(Path file) {
    try (SafetensorsFile golden = Golden.open(file)) {
      TextToImage model = model(file, golden);
      Conditioning prompt = model.text().encode(List.of(golden.metadata("prompt")), 64, 64);
      Tensor latents =
          model.denoise(
              golden.tensor("latents_init"),
              prompt,
              model.text().encodeNegative(null, prompt, 64, 64),
              settings(golden),
              Noise.NONE,
              Progress.NONE);
      String what = golden.path() + " ";
      Golden.assertClose(what + "final", golden.tensor("final_latents"), latents, LATENTS);
      Tensor picture =
          model.draw(
              List.of(golden.metadata("prompt")),
              null,
              golden.tensor("latents_init"),
              settings(golden),
              Noise.NONE,
              Progress.NONE);
      if (golden.contains("decoded")) {
        Golden.assertClose(what + "decoded", golden.tensor("decoded"), picture, PICTURE);
      }
      Pixels.assertWithinOne(what + "8-bit", golden.tensor("image_uint8_hwc"), picture);
      Golden.count(1);
    }
  }

  /// A step of each, and the picture.
  @ParameterizedTest
  @MethodSource("trajectories")
  void aStepOnAnEmulatedGpu(Path file) {
    int step = 2; // skip-layer guidance, where there is one, is on
    try (SafetensorsFile golden = Golden.open(file)) {
      Emulated.run(
          () -> {
            TextToImage model = model(file, golden);
            Conditioning prompt = model.text().encode(List.of(golden.metadata("prompt")), 64, 64);
            Conditioning negative = model.text().encodeNegative(null, prompt, 64, 64);
            Settings settings = settings(golden);
            Guidance guidance = new Guidance(model.denoiser(), prompt, negative, settings);
            Scheduler run = settings.scheduler().start(model.schedule(), settings.steps());
            Tensor x = latents(golden, step - 1);
            Tensor output = guidance.predict(x, run.timesteps()[step], step);
            Tensor next = run.step(step, output, x, Noise.NONE);
            String what = golden.path() + " ";
            Golden.assertClose(what + "latents", latents(golden, step), next, LATENTS);
            Tensor picture = model.decode(golden.tensor("final_latents"));
            Pixels.assertWithinOne(what + "8-bit", golden.tensor("image_uint8_hwc"), picture);
            return next;
          });
      Golden.count(1);
    }
  }

  /// After that step.
  private static Tensor latents(SafetensorsFile golden, int step) {
    Tensor all = golden.tensor("latents");
    return all.slice(0, step, step + 1).reshape(golden.tensor("latents_init").shape());
  }

  /// The recorded model, which may have the folder's other transformer.
  private TextToImage model(Path file, SafetensorsFile golden) {
    Path folder =
        Golden.require(Golden.name(file).split("/", -1)[0] + "/model_index.json").getParent();
    String transformer = golden.metadata("transformer");
    if (!transformer.equals("transformer")) {
      folder = Folders.copy(folder, temp.resolve("model"));
      Folders.replace(folder.resolve("transformer"), folder.resolve(transformer));
    }
    boolean t5 = !String.valueOf(file.getFileName()).contains("no_t5");
    int length = Integer.parseInt(golden.metadata("max_sequence_length"));
    return TextToImage.load(
        ModelFiles.open(folder)
            .with(
                new TextSettings(Cleaning.TRANSFORMERS, List.of(), PromptStyle.PLAIN, t5, length)));
  }

  private static Settings settings(SafetensorsFile golden) {
    return new Settings(
        Integer.parseInt(golden.metadata("steps")),
        Double.parseDouble(golden.metadata("guidance_scale")),
        Scheduler.Kind.FLOW_MATCH_EULER,
        0,
        skipLayers(golden));
  }

  private static @Nullable SkipLayers skipLayers(SafetensorsFile golden) {
    if (!golden.metadata().containsKey("skip_guidance_layers")) {
      return null;
    }
    String blocks = golden.metadata("skip_guidance_layers").replaceAll("[\\[\\] ]", "");
    return new SkipLayers(
        List.of(blocks.split(",")).stream().map(Integer::valueOf).toList(),
        Double.parseDouble(golden.metadata("skip_layer_guidance_scale")),
        Double.parseDouble(golden.metadata("skip_layer_guidance_start")),
        Double.parseDouble(golden.metadata("skip_layer_guidance_stop")));
  }
}
