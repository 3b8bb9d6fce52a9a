package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.random.TorchGenerator;
import cadj.models.clip.ClipTextConfig;
import cadj.models.files.RandomModelFolder.Sizes;
import cadj.models.pipeline.TextToImage;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.unet.UNetConfig;
import cadj.models.vae.VaeConfig;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders of random weights load strictly and draw; at full size they have the published models'
/// numbers of parameters.
final class RandomModelFolderTest {
  private static final Sizes TINY =
      new Sizes(List.of(16, 24, 32), 4, 8, List.of(8, 16), 8, 32, 2, 4, 1000);

  @TempDir private Path folder;

  @Test
  void loadsAndDraws() {
    RandomModelFolder.write(folder, TINY);
    TextToImage model = TextToImage.load(ModelFiles.open(folder));
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(1));
    Tensor picture =
        model.draw(
            List.of("a bag"),
            null,
            noise,
            new Settings(2, 7.5, Scheduler.Kind.PNDM),
            Scheduler.Noise.NONE,
            TextToImage.Progress.NONE);
    assertEquals(Shape.of(1, 3, 16, 16), picture.shape());
    for (float value : picture.toFloats()) {
      assertTrue(Float.isFinite(value), () -> "drew " + value);
    }
  }

  @Test
  void weightsHaveTheirDeviation() {
    RandomModelFolder.write(folder, TINY);
    var parameters = ModelFiles.open(folder).denoiser().parameters();
    Tensor weight = parameters.get("mid_block.attentions.0.transformer_blocks.0.ff.net.2.weight");
    double squares = 0;
    for (double value : weight.toDoubles()) {
      squares += value * value;
    }
    int fanIn = weight.dim(1);
    assertEquals(1, squares / weight.elements() * fanIn, 0.05);
    assertEquals(1, parameters.get("conv_norm_out.weight").get(0));
    assertEquals(0, parameters.get("conv_norm_out.bias").get(0));
  }

  @Test
  void fullSizeCountsAsPublished() {
    RandomModelFolder.writeConfigs(folder, Sizes.STABLE_DIFFUSION_1);
    assertEquals(859_520_964, count(RandomModelFolder.unetShapes(UNetConfig.of(config("unet")))));
    assertEquals(83_653_863, count(RandomModelFolder.vaeShapes(VaeConfig.of(config("vae")))));
    assertEquals(
        123_060_480,
        count(
            RandomModelFolder.textShapes(ClipTextConfig.of(config("text_encoder"), false), false)));
  }

  private JsonObject config(String part) {
    return JsonFile.read(folder.resolve(part + "/config.json"));
  }

  private static long count(SequencedMap<String, Shape> shapes) {
    return shapes.values().stream().mapToLong(Shape::elements).sum();
  }
}
