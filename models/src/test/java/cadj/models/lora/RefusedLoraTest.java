package cadj.models.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is no LoRA of the model: one line that names file, key, what was expected and found.
class RefusedLoraTest {
  private static final String MODULE = "unet.mid_block.attentions.0.proj_in";

  @TempDir private Path temp;

  private static StubModel model() {
    SequencedMap<String, Tensor> unet = new LinkedHashMap<>();
    unet.put("mid_block.attentions.0.proj_in.weight", Tensor.zeros(DType.F32, Shape.of(4, 4)));
    SequencedMap<String, Tensor> text = new LinkedHashMap<>();
    text.put("text_model.encoder.layers.0.mlp.fc1.weight", Tensor.zeros(DType.F32, Shape.of(6, 3)));
    text.put(
        "text_model.embeddings.token_embedding.weight", Tensor.zeros(DType.F32, Shape.of(9, 3)));
    return new StubModel(
        Map.of("unet", unet, "text_encoder", text, "text_encoder_2", new LinkedHashMap<>(text)));
  }

  private static MadeLora valid() {
    MadeLora lora = new MadeLora(1);
    lora.add(MODULE + ".lora_A.weight", 2, 4);
    lora.add(MODULE + ".lora_B.weight", 4, 2);
    return lora;
  }

  private void assertRefused(String says, Consumer<MadeLora> change) {
    MadeLora lora = valid();
    change.accept(lora);
    assertEquals(temp.resolve("lora") + ": " + says, refusal(lora));
  }

  private String refusal(MadeLora lora) {
    Lora file = new Lora(lora.write(temp.resolve("lora")), 1);
    return String.valueOf(
        assertThrows(
                FileFormatException.class,
                () -> {
                  LoraModel merged = LoraModel.of(model(), List.of(file));
                  try (Checkpoint weights = merged.weights("unet")) {
                    weights.names().forEach(weights::tensor);
                  }
                })
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "lora_unet_x.dora_scale, DoRA",
    "unet.x.lora_magnitude_vector, DoRA",
    "lora_unet_x.hada_w1_a, LoHa",
    "lora_unet_x.lokr_w1, LoKr",
    "lora_unet_x.on_input, IA3",
    "lora_unet_x.oft_blocks, OFT",
    "lora_unet_x.a1.weight, GLoRA",
    "lora_unet_x.lora_mid.weight, LoCon with a Tucker decomposition",
    "text_encoder.x.lora_embedding_A, an embedding's LoRA",
    "unet.x.lora_B.bias, a LoRA with biases",
    "lora_unet_x.diff, full differences of weights",
    "lora_unet_x.diff_b, full differences of weights",
    "lora_unet_x.w_norm, differences of norms",
    "bundle_emb.x.string_to_param.*, a bundled embedding",
    "lora_unet_joint_blocks_0_x_block_attn_qkv.lora_down.weight, 'kohya''s form for Stable"
        + " Diffusion 3, whose queries, keys and values are one layer'"
  })
  void otherFormsAreNamed(String key, String form) {
    assertRefused(
        "%s: expected a LoRA (lora_down and lora_up, or lora_A and lora_B), found %s"
            .formatted(key, form),
        lora -> lora.add(key, 1));
  }

  @Test
  void otherKeysAreNamed() {
    assertRefused(
        "conv_in.weight: expected the name of a LoRA's tensor, found a name that is none",
        lora -> lora.add("conv_in.weight", 1));
  }

  @Test
  void modulesThatTheModelLacksAreNamed() {
    assertRefused(
        "unet.conv_in.lora_A.weight: expected a linear layer or convolution of this model (unet,"
            + " text_encoder, text_encoder_2), found none of that name, nor of 1 more",
        lora -> {
          for (String module :
              List.of("unet.conv_in", "unet.text_model.encoder.layers.0.mlp.fc1")) {
            lora.add(module + ".lora_A.weight", 1, 1);
            lora.add(module + ".lora_B.weight", 1, 1);
          }
        });
    assertRefused(
        "text_encoder.text_model.embeddings.token_embedding.lora_A.weight: expected a linear layer"
            + " or convolution of this model (unet, text_encoder, text_encoder_2), found none of"
            + " that name",
        lora -> {
          String module = "text_encoder.text_model.embeddings.token_embedding";
          lora.add(module + ".lora_A.weight", 1, 3);
          lora.add(module + ".lora_B.weight", 9, 1);
        });
  }

  @Test
  void aNameSaysOfWhichPart() {
    assertRefused(
        "text_model.encoder.layers.0.mlp.fc1.lora_A.weight: expected a name that says of which"
            + " part, found a module of both text_encoder and text_encoder_2",
        lora -> {
          lora.add("text_model.encoder.layers.0.mlp.fc1.lora_A.weight", 1, 3);
          lora.add("text_model.encoder.layers.0.mlp.fc1.lora_B.weight", 6, 1);
        });
  }

  @Test
  void modulesAreWhole() {
    assertRefused(
        "unet.x.alpha: expected lora_down and lora_up (or lora_A and lora_B) of the module, found"
            + " neither",
        lora -> lora.alpha("unet.x.alpha", 1));
    assertRefused(
        "unet.x.lora_A.weight: expected lora_down and lora_up (or lora_A and lora_B) of the"
            + " module, found only one of them",
        lora -> lora.add("unet.x.lora_A.weight", 1, 4));
  }

  @Test
  void nothingIsThereTwice() {
    assertRefused(
        MODULE
            + ".lora_down.weight: expected each tensor of a module once, found "
            + MODULE
            + ".lora_A.weight too",
        lora -> lora.add(MODULE + ".lora_down.weight", 2, 4));
    assertRefused(
        MODULE
            + ".lora_A.weight: expected each module once, found"
            + " lora_unet_middle_block_1_proj_in.lora_down.weight too",
        lora -> {
          lora.add("lora_unet_middle_block_1_proj_in.lora_down.weight", 2, 4);
          lora.add("lora_unet_middle_block_1_proj_in.lora_up.weight", 4, 2);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "'2,5', '4,2', 'lora_A.weight: expected [rank,…] as of mid_block.attentions.0.proj_in [4,4],"
        + " found shape [2,5]'",
    "'0,4', '4,0', 'lora_A.weight: expected [rank,…] as of mid_block.attentions.0.proj_in [4,4],"
        + " found shape [0,4]'",
    "'2,2,2', '4,2', 'lora_A.weight: expected [rank,…] as of mid_block.attentions.0.proj_in [4,4],"
        + " found shape [2,2,2]'",
    "'2,4,3,3', '4,2', 'lora_A.weight: expected [rank,…] as of mid_block.attentions.0.proj_in"
        + " [4,4], found shape [2,4,3,3]'",
    "'2,4', '2,4', 'lora_B.weight: expected shape [4,2], found shape [2,4]'",
    "'2,4', '4,3', 'lora_B.weight: expected shape [4,2], found shape [4,3]'",
  })
  void shapesFitTheWeight(String down, String up, String says) {
    MadeLora lora = new MadeLora(1);
    lora.add(MODULE + ".lora_A.weight", ints(down));
    lora.add(MODULE + ".lora_B.weight", ints(up));
    assertEquals(temp.resolve("lora") + ": " + MODULE + "." + says, refusal(lora));
  }

  private static int[] ints(String dims) {
    return java.util.Arrays.stream(dims.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  @Test
  void alphasAreFiniteNumbers() {
    assertRefused(
        MODULE + ".alpha: expected one number, found shape [2]",
        lora -> lora.add(MODULE + ".alpha", 2));
    assertRefused(
        MODULE + ".alpha: expected a finite number, found NaN",
        lora -> lora.alpha(MODULE + ".alpha", Float.NaN));
  }

  @Test
  void factorsAreFiniteNumbers() {
    MadeLora lora = new MadeLora(1);
    lora.add(MODULE + ".lora_A.weight", 1, 4);
    lora.add(
        MODULE + ".lora_B.weight", Tensor.of(new float[] {0, 1, Float.NEGATIVE_INFINITY, 0}, 4, 1));
    assertEquals(
        temp.resolve("lora")
            + ": "
            + MODULE
            + ".lora_B.weight: expected finite numbers, found -Infinity",
        refusal(lora));
    MadeLora integers = new MadeLora(1);
    integers.add(MODULE + ".lora_A.weight", 1, 4);
    integers.add(MODULE + ".lora_B.weight", Tensor.of(new long[4], 4, 1));
    assertEquals(
        temp.resolve("lora")
            + ": "
            + MODULE
            + ".lora_B.weight: expected floating-point numbers, found I64",
        refusal(integers));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"unet.use_dora\": true} | unet.use_dora: expected false, as others are not merged here,"
            + " found true",
        "{\"unet.lora_alpha\": \"8\"} | unet.lora_alpha: expected a number, found \"8\"",
        "{\"unet.alpha_pattern\": {\"proj_[io].\": 1}} | unet.alpha_pattern.proj_[io].: expected"
            + " the end of a module's name, found another pattern",
      })
  void configurationsAreThoseMergedHere(String config, String says) {
    assertRefused(says, lora -> lora.metadata("lora_adapter_metadata", config));
  }

  @Test
  void alphasAreSaidOnce() {
    assertRefused(
        "unet.lora_alpha: expected no alphas beside this configuration's, found "
            + MODULE
            + ".alpha",
        lora ->
            lora.alpha(MODULE + ".alpha", 1)
                .metadata("lora_adapter_metadata", "{\"unet.lora_alpha\": 4}"));
  }

  @Test
  void aPlaceHoldsAFile() {
    String nothing =
        assertThrows(
                FileFormatException.class,
                () -> LoraModel.of(model(), List.of(new Lora(temp.resolve("none"), 1))))
            .getMessage();
    assertEquals(temp.resolve("none") + ": expected a file, found none", nothing);
    String folder =
        assertThrows(
                FileFormatException.class, () -> LoraModel.of(model(), List.of(new Lora(temp, 1))))
            .getMessage();
    assertTrue(folder.startsWith(temp + ": expected a LoRA file, or pytorch_lora"), folder);
  }
}
