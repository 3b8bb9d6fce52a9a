package cadj.models.sd3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.models.files.Folders;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every key of diffusers' `SD3Transformer2DModel`: read, or refused by name.
final class SD3TransformerConfigTest {
  private static final String BASE =
      """
      {"num_attention_heads": 4, "attention_head_dim": 8, "caption_projection_dim": 32,
       "num_layers": 3, "sample_size": 16, "pos_embed_max_size": 12}
      """;

  private static SD3TransformerConfig read(String json) {
    return SD3TransformerConfig.of(
        JsonFile.parse(Path.of("config.json"), ByteBuffer.wrap(json.getBytes(UTF_8))));
  }

  private static SD3TransformerConfig with(String key, String value) {
    return read(Folders.with(BASE, key, value));
  }

  /// What an empty file means, by diffusers' constructor.
  @Test
  void defaults() {
    assertEquals(
        new SD3TransformerConfig(128, 2, 16, 16, 18, 64, 18, 4096, 2048, 96, Set.of(), false),
        read("{}"));
  }

  @Test
  void everyKey() {
    String json =
        """
        {"sample_size": 30, "patch_size": 3, "in_channels": 5, "out_channels": 6, "num_layers": 7,
         "attention_head_dim": 8, "num_attention_heads": 9, "joint_attention_dim": 10,
         "caption_projection_dim": 72, "pooled_projection_dim": 12, "pos_embed_max_size": 13,
         "dual_attention_layers": [5, 0, 1], "qk_norm": "rms_norm"}
        """;
    assertEquals(
        new SD3TransformerConfig(30, 3, 5, 6, 7, 8, 9, 10, 12, 13, Set.of(0, 1, 5), true),
        read(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          qk_norm | null
          out_channels | null
          dual_attention_layers | null
          dual_attention_layers | []
          dual_attention_layers | [3, -1]
          patch_size | null
          num_layers | 3
          _class_name | "SD3Transformer2DModel"
          a_key_of_the_future | {"a": [null]}
          """)
  void whatChangesNothing(String key, String value) {
    assertEquals(read(BASE), with(key, value));
  }

  @Test
  void asManyOutAsIn() {
    assertEquals(16, with("in_channels", "4").outChannels());
    String json = Folders.with(Folders.with(BASE, "in_channels", "4"), "out_channels", "null");
    assertEquals(4, read(json).outChannels());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          qk_norm | "layer_norm" | rms_norm or null, found layer_norm
          qk_norm | true | a string, found true
          pos_embed_max_size | null | a size from 1 to 1024, found null
          pos_embed_max_size | 0 | a size from 1 to 1024, found 0
          pos_embed_max_size | 1025 | a size from 1 to 1024, found 1025
          pos_embed_max_size | 7 | 1 to 7 patches of 2, found 16
          caption_projection_dim | 31 | 32, the width of 4 heads of 8, found 31
          caption_projection_dim | null | 32, the width of 4 heads of 8, found 1152
          num_attention_heads | 2048 | at most 1024 heads of width 8, found 2048
          num_attention_heads | 0 | a size from 1 to 8192, found 0
          num_attention_heads | 2147483647 | a size from 1 to 8192, found 2147483647
          num_attention_heads | 1e3 | an integer
          attention_head_dim | -8 | a size from 1 to 8192, found -8
          num_layers | 0 | a size from 1 to 256, found 0
          num_layers | 257 | a size from 1 to 256, found 257
          in_channels | 1025 | a size from 1 to 1024, found 1025
          out_channels | 0 | a size from 1 to 1024, found 0
          patch_size | 9 | a size from 1 to 8, found 9
          patch_size | 0 | a size from 1 to 8, found 0
          patch_size | 3 | 1 to 12 patches of 3, found 16
          sample_size | 15 | 1 to 12 patches of 2, found 15
          sample_size | 26 | 1 to 12 patches of 2, found 26
          sample_size | [16, 16] | an integer
          sample_size | 1025 | a size from 1 to 1024, found 1025
          joint_attention_dim | 65537 | a size from 1 to 65536, found 65537
          pooled_projection_dim | 0 | a size from 1 to 65536, found 0
          pooled_projection_dim | 99999999999 | an integer
          dual_attention_layers | 0 | a list
          dual_attention_layers | ["0"] | an integer
          """)
  void refused(String key, String value, String expected) {
    String message = assertThrows(FileFormatException.class, () -> with(key, value)).getMessage();
    assertEquals(1, message.lines().count());
    assertEquals("", message.contains(expected) ? "" : message);
  }

  /// Each size is allowed, all positions together are not.
  @Test
  void morePositionsThanATensorHolds() {
    String json =
        """
        {"num_attention_heads": 64, "attention_head_dim": 64, "caption_projection_dim": 4096,
         "pos_embed_max_size": 1024}
        """;
    String message = assertThrows(FileFormatException.class, () -> read(json)).getMessage();
    assertEquals(
        "config.json: pos_embed_max_size: expected at most 2^31-1 numbers in 4096 columns, found"
            + " 1024",
        message);
  }
}
