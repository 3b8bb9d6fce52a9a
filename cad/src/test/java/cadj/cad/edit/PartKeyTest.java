package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A parameter's part, and back.
class PartKeyTest {
  @ParameterizedTest
  @CsvSource({
    "text_encoder.text_model.final_layer_norm.bias, text_encoder, text_model.final_layer_norm.bias",
    "text_encoder_2.text_projection.weight, text_encoder_2, text_projection.weight",
    "mid_block.resnets.0.conv1.weight, unet, mid_block.resnets.0.conv1.weight"
  })
  void partAndName(String parameter, String part, String name) {
    assertEquals(new PartKey(part, name), PartKey.of(parameter));
    assertEquals(parameter, PartKey.of(parameter).parameter());
  }
}
