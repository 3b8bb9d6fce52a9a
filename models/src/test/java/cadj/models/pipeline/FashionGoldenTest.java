package cadj.models.pipeline;

import static cadj.autograd.ops.Clamp.clamp;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.models.vae.DiagonalGaussian;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The embedded model's denoiser, its pictures and their encoding, against diffusers'.
@GoldenTest
class FashionGoldenTest {
  private static final double FORWARD = 1e-5;
  private static final double LATENTS = 2e-5;
  private static final double PICTURE = 3e-5;

  @Test
  void denoiser() {
    forEachSet(
        (golden, model) -> {
          Conditioning text = Conditioning.of(golden.tensor("text.last_hidden_state"));
          for (Matcher name : names(golden, "unet\\.t(\\d+)")) {
            Tensor latents = golden.tensor("latents_init");
            Tensor noise = model.denoiser().forward(latents, Float.parseFloat(name.group(1)), text);
            assertClose(golden, name.group(), noise, FORWARD);
          }
        });
  }

  @Test
  void generation() {
    forEachSet(
        (golden, model) -> {
          List<String> prompts = prompts(golden);
          int side =
              model.denoiser().latentForm().height() * model.vae().config().downsampleFactor();
          Conditioning prompt = model.text().encode(prompts, side, side);
          Conditioning negative = model.text().encodeNegative(null, prompt, side, side);
          for (Matcher name : names(golden, "final_latents\\.steps(\\d+)\\.guidance([\\d.]+)")) {
            Settings settings =
                new Settings(
                    Integer.parseInt(name.group(1)),
                    Double.parseDouble(name.group(2)),
                    Scheduler.Kind.DDIM);
            Tensor latents = golden.tensor("latents_init");
            Tensor clean =
                model.denoise(latents, prompt, negative, settings, Noise.NONE, Progress.NONE);
            assertClose(golden, name.group(), clean, LATENTS);
          }
        });
  }

  @Test
  void pictures() {
    forEachSet(
        (golden, model) -> {
          Settings settings =
              new Settings(
                  Integer.parseInt(golden.metadata("steps")),
                  Double.parseDouble(golden.metadata("guidance")),
                  Scheduler.Kind.DDIM);
          Tensor latents = golden.tensor("latents_init");
          Tensor drawn =
              model.draw(prompts(golden), null, latents, settings, Noise.NONE, Progress.NONE);
          assertClose(golden, "decoded", drawn, PICTURE);
          Pixels.assertWithinOne("image_u8_hwc", golden.tensor("image_u8_hwc"), drawn);
        });
  }

  @Test
  void encodings() {
    forEachSet(
        (golden, model) -> {
          DiagonalGaussian latents = model.vae().encode(clamp(golden.tensor("decoded"), -1, 1));
          assertClose(golden, "vae.mean", latents.mean(), FORWARD);
          assertClose(golden, "vae.logvar", latents.logvar(), FORWARD);
        });
  }

  private static void forEachSet(BiConsumer<SafetensorsFile, TextToImage> test) {
    for (Path file : Golden.glob("fashion/expected/expected.safetensors")) {
      try (SafetensorsFile golden = Golden.open(file)) {
        test.accept(golden, TextToImage.load(ModelFiles.open("fashion")));
      }
    }
  }

  private static List<String> prompts(SafetensorsFile golden) {
    String json = "{\"prompts\": %s}".formatted(golden.metadata("prompts"));
    return JsonFile.parse(golden.path(), ByteBuffer.wrap(json.getBytes(UTF_8)))
        .list("prompts")
        .strings();
  }

  private static List<Matcher> names(SafetensorsFile golden, String pattern) {
    List<Matcher> found =
        golden.names().stream()
            .map(name -> Pattern.compile(pattern).matcher(name))
            .filter(Matcher::matches)
            .toList();
    assertTrue(!found.isEmpty(), () -> "%s has no %s".formatted(golden.path(), pattern));
    return found;
  }

  private static void assertClose(
      SafetensorsFile golden, String name, Tensor actual, double tolerance) {
    Golden.assertClose(name, golden.tensor(name), actual, tolerance);
    Golden.count(actual.dim(0));
  }
}
