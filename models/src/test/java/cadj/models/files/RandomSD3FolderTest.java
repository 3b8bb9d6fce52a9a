package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.random.TorchGenerator;
import cadj.models.clip.ClipTextConfig;
import cadj.models.files.RandomSD3Folder.Sizes;
import cadj.models.files.RandomSD3Folder.Text;
import cadj.models.pipeline.TextToImage;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.sd3.SD3TransformerConfig;
import cadj.models.t5.T5Config;
import cadj.models.vae.VaeConfig;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import cadj.tensor.weights.WeightFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Folders of random weights in Stable Diffusion 3.5's layout load strictly and draw, with and
/// without T5; at full size they have the published model's numbers of parameters.
final class RandomSD3FolderTest {
  private static final Sizes TINY =
      new Sizes(
          8,
          2,
          3,
          1,
          true,
          12,
          8,
          List.of(8, 16),
          8,
          new Text(16, 2, 4, 32, 1000),
          new Text(24, 2, 4, 32, 1000),
          new Text(48, 2, 4, 64, 1000));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void loadsAndDraws(boolean withT5) {
    RandomSD3Folder.write(folder, TINY, withT5);
    ModelFiles files = ModelFiles.open(folder);
    assertEquals(withT5, files.hasT5());
    TextToImage model = TextToImage.load(files);
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(1));
    Tensor picture =
        model.draw(
            List.of("a bag"),
            null,
            noise,
            new Settings(2, 7.5, Scheduler.Kind.FLOW_MATCH_EULER),
            Scheduler.Noise.NONE,
            TextToImage.Progress.NONE);
    assertEquals(Shape.of(1, 3, 16, 16), picture.shape());
    for (float value : picture.toFloats()) {
      assertTrue(Float.isFinite(value), () -> "drew " + value);
    }
  }

  /// Its weights are in several files, each read under the index.
  @Test
  void shardsAreFilledUpToTheirSize() {
    RandomSD3Folder.writeConfigs(folder, TINY, true);
    SequencedMap<String, Shape> shapes =
        RandomSD3Folder.t5Shapes(T5Config.of(config("text_encoder_3")));
    Path stem = folder.resolve("text/model");
    RandomWeights.writeShards(stem, shapes, 100_000);
    try (Checkpoint read = WeightFiles.open(folder.resolve("text/model.safetensors.index.json"))) {
      assertEquals(shapes.keySet(), read.names());
      shapes.forEach((key, shape) -> assertEquals(shape, read.shape(key), key));
    }
    assertTrue(Files.exists(folder.resolve("text/model-00002-of-00002.safetensors")));
    assertFalse(Files.exists(folder.resolve("text/model-00003-of-00003.safetensors")));
  }

  @Test
  void fullSizeCountsAsPublished() {
    RandomSD3Folder.writeConfigs(folder, Sizes.MEDIUM_35, true);
    SequencedMap<String, Shape> transformer =
        RandomSD3Folder.transformerShapes(SD3TransformerConfig.of(config("transformer")));
    assertEquals(Shape.of(1, 384 * 384, 1536), transformer.remove("pos_embed.pos_embed"));
    assertEquals(
        Map.of(
            "transformer", 2_243_171_520L,
            "vae", 83_819_683L,
            "text_encoder", 123_650_304L,
            "text_encoder_2", 694_659_840L,
            "text_encoder_3", 4_762_310_656L),
        Map.of(
            "transformer", count(transformer),
            "vae", count(RandomModelFolder.vaeShapes(VaeConfig.of(config("vae")))),
            "text_encoder", clip("text_encoder"),
            "text_encoder_2", clip("text_encoder_2"),
            "text_encoder_3",
                count(RandomSD3Folder.t5Shapes(T5Config.of(config("text_encoder_3"))))));
  }

  private long clip(String part) {
    return count(RandomModelFolder.textShapes(ClipTextConfig.of(config(part), true), true));
  }

  private JsonObject config(String part) {
    return JsonFile.read(folder.resolve(part + "/config.json"));
  }

  private static long count(SequencedMap<String, Shape> shapes) {
    return shapes.values().stream().mapToLong(Shape::elements).sum();
  }
}
