package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.denoiser.LatentForm;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A denoiser's configuration against the sizes of the parts that it works with.
final class DenoiserPartTest {
  private static final String KEYS =
      """
      "block_out_channels": [8, 16], "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
      "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"], "norm_num_groups": 8,
      "cross_attention_dim": 24, "in_channels": 4, "out_channels": 4, "sample_size": 12
      """;

  /// Time ids of 6 numbers, each embedded in 8, beside a pooled vector of 10.
  private static final String ADDITION =
      """
      , "addition_embed_type": "text_time", "addition_time_embed_dim": 8,
      "projection_class_embeddings_input_dim": 58
      """;

  private static DenoiserPart part(String keys) {
    byte[] json = ("{" + keys + "}").getBytes(StandardCharsets.UTF_8);
    JsonObject config = JsonFile.parse(Path.of("config.json"), ByteBuffer.wrap(json));
    return DenoiserPart.of("unet", config);
  }

  @Test
  void whatFits() {
    part(KEYS).requireFit(24, 0, 4);
    part(KEYS + ADDITION).requireFit(24, 10, 4);
  }

  @Test
  void whatDoesNot() {
    String others = ", as the model's other parts have it, found ";
    assertEquals(
        "cross_attention_dim: expected 23" + others + "24",
        refused(() -> part(KEYS).requireFit(23, 0, 4)));
    String fiveIn = KEYS.replace("\"in_channels\": 4", "\"in_channels\": 5");
    assertEquals(
        "in_channels: expected 4" + others + "5", refused(() -> part(fiveIn).requireFit(24, 0, 4)));
    String eightOut = KEYS.replace("\"out_channels\": 4", "\"out_channels\": 8");
    assertEquals(
        "out_channels: expected 4" + others + "8",
        refused(() -> part(eightOut).requireFit(24, 0, 4)));
    assertEquals(
        "projection_class_embeddings_input_dim: expected 59" + others + "58",
        refused(() -> part(KEYS + ADDITION).requireFit(24, 11, 4)));
  }

  @Test
  void oneOrTwoTextEncoders() {
    assertEquals(
        "addition_embed_type: expected text_time, for two text encoders, found none",
        refused(() -> part(KEYS).requireFit(24, 10, 4)));
    assertEquals(
        "addition_embed_type: expected none, for one text encoder, found text_time",
        refused(() -> part(KEYS + ADDITION).requireFit(24, 0, 4)));
  }

  @Test
  void whatAFolderTellsOfIt() {
    assertEquals(new LatentForm(4, 12, 12), part(KEYS).latentForm());
    assertEquals(Shape.of(3, 4, 12, 12), part(KEYS).latentForm().shape(3));
    assertEquals(
        Map.of("block_out_channels", List.of(8, 16), "cross_attention_dim", 24),
        part(KEYS).sizes());
    ModelFiles fashion = ModelFiles.open("fashion");
    assertEquals(fashion.denoiser().latentForm(), fashion.latentForm());
    assertEquals(fashion.denoiserSizes().keySet(), part(KEYS).sizes().keySet());
    assertTrue(
        fashion.denoiserCheckpoint().names().containsAll(fashion.denoiser().parameters().keySet()));
  }

  private static String refused(Runnable check) {
    String message = assertThrows(FileFormatException.class, check::run).getMessage();
    return message.substring(message.indexOf(": ") + 2);
  }
}
