package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.files.Pipeline;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A parameter's part, and back.
class PartKeyTest {
  @ParameterizedTest
  @CsvSource({
    "text_encoder.text_model.final_layer_norm.bias, text_encoder, text_model.final_layer_norm.bias",
    "text_encoder_2.text_projection.weight, text_encoder_2, text_projection.weight",
    "mid_block.resnets.0.conv1.weight, unet, mid_block.resnets.0.conv1.weight",
    "text_encoder_3.shared.weight, text_encoder_3, shared.weight",
    "proj_out.weight, transformer, proj_out.weight"
  })
  void partAndName(String parameter, String part, String name) {
    Pipeline pipeline =
        part.equals("transformer") ? Pipeline.STABLE_DIFFUSION_3 : Pipeline.STABLE_DIFFUSION_XL;
    assertEquals(new PartKey(part, name), PartKey.of(pipeline, parameter));
    assertEquals(parameter, PartKey.of(pipeline, parameter).parameter());
  }
}
