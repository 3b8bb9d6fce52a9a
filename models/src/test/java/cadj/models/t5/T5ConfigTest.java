package cadj.models.t5;

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

/// Every key of transformers' `T5Config`: read, refused by name, or without effect.
final class T5ConfigTest {
  private static final String BASE = "{\"feed_forward_proj\": \"gated-gelu\"}";

  private static T5Config read(String json) {
    return T5Config.of(
        JsonFile.parse(Path.of("config.json"), ByteBuffer.wrap(json.getBytes(UTF_8))));
  }

  /// What a file that says no more than its version means, by transformers' class.
  @Test
  void defaults() {
    assertEquals(new T5Config(32128, 512, 64, 2048, 6, 8, 32, 128, 1e-6f), read(BASE));
  }

  @Test
  void allThatIsRead() {
    assertEquals(
        new T5Config(1, 2, 3, 4, 5, 6, 8, 9, 0.5f),
        read(
            """
            {"vocab_size": 1, "d_model": 2, "d_kv": 3, "d_ff": 4, "num_layers": 5, "num_heads": 6,
             "relative_attention_num_buckets": 8, "relative_attention_max_distance": 9,
             "layer_norm_epsilon": 0.5, "feed_forward_proj": "gated-gelu"}
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model_type | "t5"
          architectures | ["T5ForConditionalGeneration"]
          dropout_rate | 0.5
          classifier_dropout | 0.1
          initializer_factor | -1
          num_decoder_layers | 3
          decoder_start_token_id | 7
          is_encoder_decoder | false
          tie_word_embeddings | true
          use_cache | false
          output_past | true
          pad_token_id | 3
          eos_token_id | 7
          dense_act_fn | "gelu_new"
          is_gated_act | true
          is_decoder | false
          torch_dtype | "float16"
          """)
  void whatChangesNothing(String key, String value) {
    assertEquals(read(BASE), read(Folders.with(BASE, key, value)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          feed_forward_proj | "relu" | gated-gelu, found relu
          feed_forward_proj | "gated-silu" | gated-gelu, found gated-silu
          feed_forward_proj | null | gated-gelu, found relu
          dense_act_fn | "gelu" | gelu_new, found gelu
          is_gated_act | false | true, found false
          is_decoder | true | false, found true
          vocab_size | 0 | a size from 1 to 1048576, found 0
          d_model | -4 | a size from 1 to 1048576, found -4
          d_kv | "64" | an integer, found "64"
          d_ff | 2.5 | an integer, found 2.5
          d_ff | 2000000 | a size from 1 to 1048576, found 2000000
          num_layers | 257 | a size from 1 to 256, found 257
          num_heads | 20000 | heads of d_kv 64 that are 1048576 wide together at most, found 20000
          relative_attention_num_buckets | 2 | an even number from 4, found 2
          relative_attention_num_buckets | 31 | an even number from 4, found 31
          relative_attention_num_buckets | 10000 | a size from 1 to 4096, found 10000
          relative_attention_max_distance | 8 | more than the 8 distances with a bucket each, found 8
          layer_norm_epsilon | 0 | a number between 0 and 1, found 0.0
          layer_norm_epsilon | "tiny" | a number, found "tiny"
          """)
  void whatIsRefusedByName(String key, String value, String expected) {
    assertEquals(
        "config.json: " + key + ": expected " + expected,
        assertThrows(FileFormatException.class, () -> read(Folders.with(BASE, key, value)))
            .getMessage());
  }
}
