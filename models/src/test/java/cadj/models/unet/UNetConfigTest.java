package cadj.models.unet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.models.files.Folders;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every key of diffusers' `UNet2DConditionModel`: read, refused by name, or without effect.
final class UNetConfigTest {
  /// Of two levels, attention in the first, and in the mid block.
  private static final String BASE =
      """
      {"block_out_channels": [8, 16], "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
       "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"], "norm_num_groups": 4,
       "cross_attention_dim": 12, "attention_head_dim": 2, "layers_per_block": 1}
      """;

  private static UNetConfig read(String json) {
    return UNetConfig.of(
        JsonFile.parse(Path.of("config.json"), ByteBuffer.wrap(json.getBytes(UTF_8))));
  }

  private static UNetConfig with(String key, String value) {
    return read(Folders.with(BASE, key, value));
  }

  /// What an empty file means, by diffusers' constructor.
  @Test
  void defaults() {
    assertEquals(
        new UNetConfig(
            4,
            4,
            List.of(320, 640, 1280, 1280),
            List.of(true, true, true, false),
            List.of(false, true, true, true),
            UNetConfig.Mid.CROSS_ATTENTION,
            List.of(2, 2, 2, 2),
            List.of(8, 8, 8, 8),
            List.of(List.of(1, 1), List.of(1, 1), List.of(1, 1), List.of()),
            List.of(List.of(), List.of(1, 1, 1), List.of(1, 1, 1), List.of(1, 1, 1)),
            1,
            1280,
            false,
            32,
            1e-5f,
            1,
            true,
            0,
            1280,
            64,
            64,
            null),
        read("{}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dropout | 0.5
          dropout | "any"
          upcast_attention | true
          upcast_attention | [1]
          resnet_skip_time_act | true
          resnet_out_scale_factor | 2
          cross_attention_norm | "group_norm"
          mid_block_only_cross_attention | true
          addition_embed_type_num_heads | 0
          addition_time_embed_dim | -1
          projection_class_embeddings_input_dim | "none"
          variance_type | "fixed_small"
          _name_or_path | 3
          _diffusers_version | "0.3.0"
          a_key_of_the_future | {"a": [null]}
          layers_per_block | [1, 1]
          attention_head_dim | [2, 2]
          transformer_layers_per_block | [1, 1]
          cross_attention_dim | [12, 12]
          only_cross_attention | [false, false]
          only_cross_attention | [false, true]
          mid_block_scale_factor | 1.0
          conv_in_kernel | 3
          class_embed_type | null
          num_class_embeds | null
          sample_size | null
          sample_size | 64
          sample_size | [64, 64]
          time_embedding_dim | 32
          """)
  void whatChangesNothing(String key, String value) {
    assertEquals(read(BASE), with(key, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          act_fn | "gelu" | silu or swish, found gelu
          resnet_time_scale_shift | "scale_shift" | default, found scale_shift
          time_embedding_type | "fourier" | positional, found fourier
          attention_type | "gated" | default, found gated
          class_embed_type | "timestep" | null, found timestep
          encoder_hid_dim_type | "text_proj" | null, found text_proj
          time_embedding_act_fn | "silu" | null, found silu
          timestep_post_act | "silu" | null, found silu
          addition_embed_type | "text" | text_time or null, found text
          center_input_sample | true | false, found true
          dual_cross_attention | true | false, found true
          class_embeddings_concat | true | false, found true
          num_class_embeds | 1000 | null, found a value
          encoder_hid_dim | 768 | null, found a value
          time_cond_proj_dim | 256 | null, found a value
          num_attention_heads | 8 | null, found a value
          mid_block_scale_factor | 1.414 | 1, found 1.414
          conv_in_kernel | 5 | 3, found 5.0
          conv_out_kernel | 1 | 3, found 1.0
          mid_block_type | "UNetMidBlock2DSimpleCrossAttn" | UNetMidBlock2DCrossAttn, UNetMidBlock2D or null, found UNetMidBlock2DSimpleCrossAttn
          down_block_types | ["AttnDownBlock2D", "DownBlock2D"] | DownBlock2D or CrossAttnDownBlock2D, found AttnDownBlock2D
          up_block_types | ["UpBlock2D"] | 2 blocks, as block_out_channels has, found 1 of them
          only_cross_attention | true | false where there is attention, found true
          only_cross_attention | [true, false] | false where there is attention, found true
          only_cross_attention | [false] | 2 values, one per block, found 1 of them
          layers_per_block | [1] | 2 values, one per block, found 1 of them
          layers_per_block | [1, 65] | 1 to 64 layers, found 65
          layers_per_block | [1, "2"] | layers_per_block[1]: expected an integer, found "2"
          attention_head_dim | [3, 2] | a number of heads that divides 8, found 3
          attention_head_dim | [2, 2, 2] | 2 values, one per block, found 3 of them
          cross_attention_dim | [12, 13] | one width for all blocks, found 12 and 13
          transformer_layers_per_block | [65, 1] | 0 to 64 layers, found 65
          transformer_layers_per_block | [-1, 1] | 0 to 64 layers, found -1
          sample_size | [8] | a size, or height and width, found 1 sizes
          sample_size | [8, 0] | a size from 1 to 65536, found 0
          sample_size | [8, 2000] | at most 1024, found 2000
          time_embedding_dim | 0 | a size from 1 to 65536, found 0
          downsample_padding | 2 | 0 or 1, found 2
          """)
  void whatIsRefusedByName(String key, String value, String expected) {
    String message = assertThrows(FileFormatException.class, () -> with(key, value)).getMessage();
    String where = expected.contains(": expected ") ? "" : key + ": expected ";
    assertEquals("config.json: " + where + expected, message);
  }

  /// Lists for the way down leave the way up open.
  @Test
  void listsOfTransformersWantTheirReverse() {
    String lists = Folders.with(BASE, "transformer_layers_per_block", "[[2], 1]");
    assertEquals(
        "config.json: reverse_transformer_layers_per_block: expected a list, as"
            + " transformer_layers_per_block has lists of its own, found none",
        assertThrows(FileFormatException.class, () -> read(lists)).getMessage());
    String key = "reverse_transformer_layers_per_block";
    UNetConfig read = read(lists.replaceFirst("\\{", "{\"" + key + "\": [1, [3, 1]],"));
    assertEquals(List.of(List.of(2), List.of()), read.downTransformerLayers());
    assertEquals(List.of(List.of(), List.of(3, 1)), read.upTransformerLayers());
    assertEquals(1, read.midTransformerLayers());
    String tooFew = lists.replaceFirst("\\{", "{\"" + key + "\": [1, [3]],");
    assertEquals(
        "config.json: " + key + ": expected numbers for 2 transformers, found 1 of them",
        assertThrows(FileFormatException.class, () -> read(tooFew)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "absent",
      textBlock =
          """
          16       | absent       | 16 | 16
          16       | "0.9.0"      | 16 | 16
          16       | "0.10.0"     | 16 | 16
          16       | "1.2.3"      | 16 | 16
          16       | "0.30.3"     | 16 | 16
          16       | "0.8.1"      | 64 | 64
          16       | "0.2.2"      | 64 | 64
          16       | "0.6.0.dev0" | 64 | 64
          96       | "0.6.0"      | 96 | 96
          [16, 24] | "0.6.0"      | 16 | 24
          [48, 80] | absent       | 48 | 80
          """)
  void sampleSizes(String size, String version, int height, int width) {
    String json = Folders.with(BASE, "sample_size", size);
    UNetConfig read =
        read(version == null ? json : Folders.with(json, "_diffusers_version", version));
    assertEquals(List.of(height, width), List.of(read.sampleHeight(), read.sampleWidth()));
  }

  /// XL's pipeline has a default of its own.
  @Test
  void sampleSizeOfXl() {
    assertEquals(128, with("addition_embed_type", "\"text_time\"").sampleHeight());
  }
}
