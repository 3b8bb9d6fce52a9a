package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.files.PlantedFolder;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// NaN and infinities in each part of a model stop a drawing where they first appear.
class FiniteValuesTest {
  private static final Settings SETTINGS = new Settings(3, 4, Scheduler.Kind.DDIM);

  @TempDir private Path folder;

  private Tensor draw(String model, float noise, Settings settings) {
    TextToImage pipeline = TextToImage.load(ModelFiles.open(model));
    float[] start = TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(3)).toFloats();
    start[5] += noise;
    return pipeline.draw(
        List.of("a red bus"),
        List.of("rain"),
        Tensor.of(start, pipeline.latentShape(1).toArray()),
        settings,
        Noise.NONE,
        Progress.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sd1-tiny|text_encoder/model|text_model.encoder.layers.1.mlp.fc2.bias|NaN"
            + "|NaN in text_model.encoder.layers.1.mlp.fc2 of the text_encoder, whose bias has NaN",
        "sdxl-tiny|text_encoder_2/model|text_model.encoder.layers.0.layer_norm1.weight|Infinity"
            + "|infinity in text_model.encoder.layers.0.layer_norm1 of the text_encoder_2, whose"
            + " weight has infinity",
        "sdxl-tiny|text_encoder_2/model|text_projection.weight|NaN"
            + "|NaN in text_projection of the text_encoder_2, whose weight has NaN",
        "sd1-tiny|unet/diffusion_pytorch_model|up_blocks.1.resnets.0.conv2.weight|NaN|NaN in"
            + " up_blocks.1.resnets.0.conv2 of the denoiser at step 1 of 3, whose weight has NaN",
        "sd2-tiny|unet/diffusion_pytorch_model|mid_block.attentions.0.transformer_blocks.0.ff.net.2.bias|-Infinity|infinity"
            + " in mid_block.attentions.0.transformer_blocks.0.ff.net.2 of the denoiser at step 1"
            + " of 3, whose bias has infinity",
        "sd1-tiny|unet/diffusion_pytorch_model|conv_in.weight|3e38"
            + "|infinity in conv_in of the denoiser at step 1 of 3, whose weights are finite",
        "sd1-tiny|vae/diffusion_pytorch_model|decoder.up_blocks.0.resnets.1.conv1.weight|NaN"
            + "|NaN in decoder.up_blocks.0.resnets.1.conv1 of the vae, whose weight has NaN",
        "sdxl-tiny|vae/diffusion_pytorch_model|decoder.conv_out.bias|NaN"
            + "|NaN in decoder.conv_out of the vae, whose bias has NaN",
      })
  void theModuleIsNamed(String model, String file, String key, float value, String says) {
    PlantedFolder.copy(model, folder);
    PlantedFolder.plant(folder, file, key, value);
    NonFiniteException error =
        assertThrows(NonFiniteException.class, () -> draw(folder.toString(), 0, SETTINGS));
    assertEquals(says, error.getMessage());
    assertEquals(!says.contains("finite"), error.isInWeights());
  }

  @Test
  void startNoiseIsLookedOver() {
    NonFiniteException error =
        assertThrows(NonFiniteException.class, () -> draw("fashion", Float.NaN, SETTINGS));
    assertEquals("NaN in the start noise", error.getMessage());
  }

  /// Weights and predictions are fine, their combination is not.
  @Test
  void guidanceThatIsTooLargeIsNoModulesFault() {
    Settings settings = new Settings(3, 1e39, Scheduler.Kind.DDIM);
    NonFiniteException error =
        assertThrows(NonFiniteException.class, () -> draw("fashion", 0, settings));
    assertEquals("infinity in the prediction at step 1 of 3", error.getMessage());
  }

  /// A step later: the prediction is finite, what the sampler makes of it is not.
  @Test
  void latentsAreLookedOverAfterEachStep() {
    Settings settings = new Settings(3, 3e38, Scheduler.Kind.EULER);
    NonFiniteException error =
        assertThrows(NonFiniteException.class, () -> draw("fashion", 0, settings));
    assertEquals("infinity in the latents at step 1 of 3", error.getMessage());
  }
}
