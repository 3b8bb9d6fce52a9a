package cadj.models.clip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.models.files.Folders;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every key of transformers' `CLIPTextConfig`: read, refused by name, or without effect.
final class ClipTextConfigTest {
  private static ClipTextConfig read(String json, boolean projection) {
    return ClipTextConfig.of(
        JsonFile.parse(Path.of("config.json"), ByteBuffer.wrap(json.getBytes(UTF_8))), projection);
  }

  /// What an empty file means, by transformers' class.
  @Test
  void defaults() {
    ClipLayersConfig layers =
        new ClipLayersConfig(512, 2048, 12, 8, 1e-5f, ClipActivation.QUICK_GELU);
    assertEquals(new ClipTextConfig(layers, 49408, 77, 49407, 512), read("{}", true));
    assertEquals(new ClipTextConfig(layers, 49408, 77, 49407, 0), read("{}", false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model_type | "clip_text_model"
          model_type | "clip"
          architectures | ["CLIPModel"]
          attention_dropout | 0.5
          dropout | 0.1
          initializer_factor | -1
          initializer_range | "any"
          pad_token_id | 49407
          bos_token_id | 0
          torch_dtype | "float16"
          dtype | "bfloat16"
          transformers_version | "5.18.0"
          vision_config | {"hidden_size": 5}
          projection_dim | 0
          projection_dim | null
          projection_dim | "none"
          """)
  void whatChangesNothing(String key, String value) {
    assertEquals(read("{}", false), read(Folders.with("{\"a\": 1}", key, value), false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hidden_act | "gelu_new" | quick_gelu or gelu, found gelu_new
          vocab_size | 0 | a size from 1 to 1048576, found 0
          max_position_embeddings | 77.5 | an integer, found 77.5
          num_attention_heads | 7 | a divisor of hidden_size 512, found 7
          eos_token_id | "2" | an integer, found "2"
          projection_dim | 0 | a size from 1 to 1048576, found 0
          """)
  void whatIsRefusedByName(String key, String value, String expected) {
    assertEquals(
        "config.json: " + key + ": expected " + expected,
        assertThrows(
                FileFormatException.class, () -> read(Folders.with("{\"a\": 1}", key, value), true))
            .getMessage());
  }

  /// Of a whole CLIP model's file, the text's half, whatever stands beside it.
  @Test
  void wholeModels() {
    String text = "{\"hidden_size\": 64, \"num_attention_heads\": 4, \"projection_dim\": 24}";
    String whole = "{\"hidden_size\": 7, \"projection_dim\": 9, \"text_config\": " + text + "}";
    assertEquals(read(text, true), read(whole, true));
    assertEquals(
        "config.json: text_config.vocab_size: expected an integer, found \"a\"",
        assertThrows(
                FileFormatException.class,
                () -> read("{\"text_config\": {\"vocab_size\": \"a\"}}", false))
            .getMessage());
  }
}
