package cadj.models.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cadj.models.files.Folders;
import cadj.models.files.ModelFiles;
import cadj.models.golden.Announced;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Encoding and decoding by diffusers' autoencoders, with the values on the way.
@GoldenTest
class VaeGoldenTest {
  private static final double TOLERANCE = 1e-5;

  @Test
  void encodes() {
    forEach(
        (golden, vae) -> {
          Map<String, Tensor> seen = new HashMap<>();
          DiagonalGaussian latents =
              Announced.copyInto(seen, () -> vae.encode(golden.tensor("image")));
          if (vae.config().useQuantConv()) {
            assertClose(golden, "encoder_out_before_quant_conv", seen.get("encoder"));
            assertClose(golden, "moments", seen.get("quant_conv"));
            assertClose(golden, "mode", latents.mean());
          } else {
            assertClose(golden, "moments", seen.get("encoder"));
          }
          assertClose(golden, "mean", latents.mean());
          assertClose(golden, "logvar", latents.logvar());
          assertClose(golden, "std", latents.std());
          assertClose(golden, "sample", latents.sample(golden.tensor("noise")));
        });
  }

  @Test
  void decodes() {
    forEach(
        (golden, vae) -> {
          Map<String, Tensor> seen = new HashMap<>();
          Tensor image = Announced.copyInto(seen, () -> vae.decode(golden.tensor("latents")));
          if (vae.config().usePostQuantConv()) {
            assertClose(golden, "post_quant", seen.get("post_quant_conv"));
          }
          assertClose(golden, "decoder_mid", seen.get("decoder.mid_block"));
          assertClose(golden, "decoded", image);
        });
  }

  /// Sides that the factor does not divide.
  @Test
  void oddSizes() {
    forEach(
        (golden, vae) -> {
          DiagonalGaussian latents = vae.encode(golden.tensor("image2"));
          assertClose(golden, "mean2", latents.mean());
          assertClose(golden, "logvar2", latents.logvar());
          assertClose(golden, "decoded2", vae.decode(golden.tensor("latents2")));
        });
  }

  /// Latents as denoisers know them, which Stable Diffusion 3 also shifts.
  @Test
  void scales() {
    forEach(
        (golden, vae) -> {
          Tensor sample = vae.encode(golden.tensor("image")).sample(golden.tensor("noise"));
          assertClose(golden, "scaled_latents", vae.scaled(sample));
          assertClose(
              golden, "decoded_from_scaled", vae.decode(vae.unscaled(golden.tensor("latents"))));
        });
  }

  /// A pipeline multiplies latents by the scaling factor and divides them again.
  @Test
  void pipelinesScale() {
    for (Path file : Golden.ofModels("expected/vae.safetensors")) {
      TextToImage pipeline = TextToImage.load(ModelFiles.open(modelFolder(file)));
      try (SafetensorsFile golden = Golden.open(file)) {
        assertClose(
            golden,
            "scaled_latents",
            pipeline.encode(golden.tensor("image"), golden.tensor("noise")));
        assertClose(golden, "decoded_from_scaled", pipeline.decode(golden.tensor("latents")));
      }
    }
  }

  /// The names that published files use for the attention's weights.
  @Test
  void oldAttentionNames(@TempDir Path copies) throws IOException {
    for (Path weights : Golden.ofModels("variants/vae_legacy_attention_names.safetensors")) {
      Path folder = modelFolder(weights);
      Path copy = Folders.copy(folder, copies.resolve(Golden.name(folder)));
      Files.copy(
          weights,
          copy.resolve("vae/diffusion_pytorch_model.safetensors"),
          StandardCopyOption.REPLACE_EXISTING);
      AutoencoderKL old = ModelFiles.open(copy).vae();
      AutoencoderKL now = ModelFiles.open(folder).vae();
      assertFalse(old.parameters().isEmpty());
      now.parameters()
          .forEach(
              (key, value) ->
                  assertArrayEquals(value.toFloats(), old.parameters().get(key).toFloats(), key));
      Golden.count(1);
    }
  }

  private static void assertClose(SafetensorsFile golden, String name, Tensor actual) {
    Golden.assertClose(golden.path() + " " + name, golden.tensor(name), actual, TOLERANCE);
    Golden.count(1);
  }

  private static void forEach(BiConsumer<SafetensorsFile, AutoencoderKL> check) {
    for (Path file : Golden.glob("*/expected/vae.safetensors")) {
      try (SafetensorsFile golden = Golden.open(file)) {
        check.accept(golden, ModelFiles.open(modelFolder(file)).vae());
      }
    }
  }

  private static Path modelFolder(Path file) {
    return file.getParent().getParent();
  }
}
