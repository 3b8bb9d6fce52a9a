package cadj.models.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The keys that trainers write.
class LoraKeyTest {
  @ParameterizedTest
  @CsvSource({
    "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight, unet,"
        + " mid_block_attentions_0_proj_in, DOWN",
    "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight, unet, mid_block_attentions_0_proj_in,"
        + " UP",
    "lora_unet_mid_block_attentions_0_proj_in.alpha, unet, mid_block_attentions_0_proj_in, ALPHA",
    "lora_te_text_model_encoder_layers_0_mlp_fc1.alpha, text_encoder,"
        + " text_model_encoder_layers_0_mlp_fc1, ALPHA",
    "lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha, text_encoder,"
        + " text_model_encoder_layers_0_mlp_fc1, ALPHA",
    "lora_te2_text_projection.lora_up.weight, text_encoder_2, text_projection, UP",
    "unet.conv_in.lora_A.weight, unet, conv_in, DOWN",
    "unet.conv_in.lora_B.default_0.weight, unet, conv_in, UP",
    "unet.a.attn1.to_out.0.lora.down.weight, unet, a.attn1.to_out.0, DOWN",
    "unet.a.attn1.processor.to_out_lora.up.weight, unet, a.attn1.to_out.0, UP",
    "a.attn2.processor.to_k_lora.down.weight, , a.attn2.to_k, DOWN",
    "unet.a.attn2.processor.to_v_lora.alpha, unet, a.attn2.to_v, ALPHA",
    "text_encoder.text_model.encoder.layers.1.self_attn.to_out_lora.down.weight, text_encoder,"
        + " text_model.encoder.layers.1.self_attn.out_proj, DOWN",
    "text_encoder_2.text_model.encoder.layers.1.mlp.fc2.lora_linear_layer.up.weight,"
        + " text_encoder_2, text_model.encoder.layers.1.mlp.fc2, UP",
    "base_model.model.mid_block.attentions.0.proj_in.lora_A.weight, ,"
        + " mid_block.attentions.0.proj_in, DOWN",
    "unet.base_model.model.conv_out.lora_B.weight, unet, conv_out, UP",
  })
  void keysAreTakenApart(String key, String part, String module, LoraKey.Role role) {
    assertEquals(new LoraKey(part, module, role), LoraKey.of(key).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".alpha",
        "lora_unet_.alpha",
        "unet.conv_in.weight",
        "unet.conv_in.lora_A",
        "unet.conv_in.lora_A.a.b.weight",
        "unet.conv_in.lora_down.bias",
        "conv_in.lora_C.weight"
      })
  void otherKeysAreNone(String key) {
    assertTrue(LoraKey.of(key).isEmpty(), key);
  }
}
