package cadj.models.vae;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.autograd.nn.Weights;
import cadj.models.files.Folders;
import cadj.models.vae.VaeConfig.Latents;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every key of diffusers' `AutoencoderKL`: read, refused by name, or without effect.
final class VaeConfigTest {
  private static final String BASE =
      """
      {"block_out_channels": [8, 8], "norm_num_groups": 4, "latent_channels": 2}
      """;

  private static final String MEAN = "latents_mean";
  private static final String DEVIATION = "latents_std";

  private static VaeConfig read(String json, Latents latents) {
    return VaeConfig.of(
        JsonFile.parse(Path.of("config.json"), ByteBuffer.wrap(json.getBytes(UTF_8))), latents);
  }

  /// What an empty file means, by diffusers' constructor.
  @Test
  void defaults() {
    assertEquals(
        new VaeConfig(3, 3, 4, List.of(64), 1, 32, 0.18215, 0, true, true, true, null),
        read("{}", Latents.NORMALIZED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sample_size | 512
          sample_size | [512, 768]
          sample_size | "any"
          force_upcast | false
          force_upcast | 3
          shift_factor | 0.1
          latents_mean | [1, 2]
          latents_std | null
          scaling_factor | 0.18215
          act_fn | "swish"
          _name_or_path | ["a"]
          down_block_types | ["DownEncoderBlock2D", "DownEncoderBlock2D"]
          """)
  void whatChangesNothing(String key, String value) {
    for (Latents latents : List.of(Latents.SCALED, Latents.NORMALIZED)) {
      assertEquals(read(BASE, latents), read(Folders.with(BASE, key, value), latents));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          act_fn | "gelu" | silu, found gelu
          up_block_types | ["UpDecoderBlock2D", "AttnUpDecoderBlock2D"] | UpDecoderBlock2D, found AttnUpDecoderBlock2D
          down_block_types | ["DownEncoderBlock2D"] | 2 blocks, as block_out_channels has, found 1 of them
          layers_per_block | [1, 1] | an integer, found a list of 2
          scaling_factor | 0 | a positive number, found 0.0
          latents_mean | [1] | 2 numbers, one per channel, found 1 of them
          """)
  void whatIsRefusedByName(String key, String value, String expected) {
    String json = Folders.with(Folders.with(BASE, DEVIATION, "[1, 1]"), key, value);
    assertEquals(
        "config.json: " + key + ": expected " + expected,
        assertThrows(FileFormatException.class, () -> read(json, Latents.NORMALIZED)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1, 0]", "[-1, 1]", "[1, 1e9]"})
  void deviationsThatCannotBe(String value) {
    String json = Folders.with(Folders.with(BASE, MEAN, "[1, 1]"), DEVIATION, value);
    assertEquals(
        "config.json: latents_std: expected positive numbers",
        assertThrows(FileFormatException.class, () -> read(json, Latents.NORMALIZED))
            .getMessage()
            .replaceFirst(", found .*", ""));
  }

  /// XL's pipeline normalizes where both are given; the others never do.
  @Test
  void normalizedLatents() {
    String json = Folders.with(BASE, "scaling_factor", "0.25");
    json = Folders.with(Folders.with(json, MEAN, "[0.5, -1]"), DEVIATION, "[2, 4]");
    Tensor latents = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 1, 2);
    AutoencoderKL xl = vae(read(json, Latents.NORMALIZED));
    float[] mean = {0.5f, -1};
    float[] deviation = {2, 4};
    float[] in = latents.toFloats();
    float[] scaled = xl.scaled(latents).toFloats();
    float[] unscaled = xl.unscaled(latents).toFloats();
    AutoencoderKL plain = vae(read(json, Latents.SCALED));
    for (int i = 0; i < in.length; i++) {
      int channel = i / 2 % 2;
      assertEquals((in[i] - mean[channel]) * 0.25f / deviation[channel], scaled[i], 1e-6);
      assertEquals(in[i] * deviation[channel] / 0.25f + mean[channel], unscaled[i], 1e-6);
      assertEquals(in[i] * 0.25f, plain.scaled(latents).toFloats()[i]);
      assertEquals(in[i] * 4, plain.unscaled(latents).toFloats()[i]);
    }
  }

  /// Only Stable Diffusion 3's pipeline does, and it never normalizes.
  @Test
  void shiftedLatents() {
    String json = Folders.with(Folders.with(BASE, "scaling_factor", "0.5"), "shift_factor", "0.25");
    json = Folders.with(Folders.with(json, MEAN, "[0.5, -1]"), DEVIATION, "[2, 4]");
    Tensor latents = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 1, 2);
    AutoencoderKL vae = vae(read(json, Latents.SHIFTED));
    assertArrayEquals(new float[] {0.375f, 0.875f, 1.375f, 1.875f}, vae.scaled(latents).toFloats());
    assertArrayEquals(new float[] {2.25f, 4.25f, 6.25f, 8.25f}, vae.unscaled(latents).toFloats());
    assertArrayEquals(
        new float[] {0.5f, 1, 1.5f, 2}, vae(read(json, Latents.SCALED)).scaled(latents).toFloats());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.1e9 | a number nearer to 0 than 1000000, found 1.0E8
          null | a number, found null
          "none" | a number, found "none"
          """)
  void shiftsThatCannotBe(String value, String expected) {
    assertEquals(
        "config.json: shift_factor: expected " + expected,
        assertThrows(
                FileFormatException.class,
                () -> read(Folders.with(BASE, "shift_factor", value), Latents.SHIFTED))
            .getMessage());
  }

  @Test
  void absentShift() {
    assertEquals(
        "config.json: shift_factor: expected this key, found no such key",
        assertThrows(FileFormatException.class, () -> read(BASE, Latents.SHIFTED)).getMessage());
  }

  private static AutoencoderKL vae(VaeConfig config) {
    return new AutoencoderKL(Weights.of((key, shape) -> Tensor.scalar(0).expand(shape)), config);
  }
}
