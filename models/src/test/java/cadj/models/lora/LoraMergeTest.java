package cadj.models.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import cadj.kernels.device.DType;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.golden.Golden;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Merged weights against plain loops in double precision, on a model of a few modules.
class LoraMergeTest {
  private static final String LINEAR = "mid_block.attentions.0.transformer_blocks.0.ff.net.2";
  private static final String CONV = "down_blocks.0.resnets.0.conv1";
  private static final String POINTWISE = "mid_block.attentions.0.proj_in";
  private static final String TEXT = "encoder.layers.0.mlp.fc1";

  @TempDir private Path temp;
  private final SequencedMap<String, Tensor> unet = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> text = new LinkedHashMap<>();
  private StubModel model;

  @BeforeEach
  void make() {
    TorchGenerator generator = new TorchGenerator(7);
    unet.put(LINEAR + ".weight", noise(generator, 5, 6));
    unet.put(LINEAR + ".bias", noise(generator, 5));
    unet.put(CONV + ".weight", noise(generator, 4, 3, 3, 2));
    unet.put(POINTWISE + ".weight", noise(generator, 4, 4, 1, 1));
    text.put("text_model." + TEXT + ".weight", noise(generator, 6, 3));
    text.put("text_model.embeddings.position_embedding.weight", noise(generator, 7, 3));
    SequencedMap<String, Tensor> second = new LinkedHashMap<>();
    second.put(TEXT + ".weight", noise(generator, 6, 3));
    second.put("text_projection.weight", noise(generator, 2, 3));
    model = new StubModel(Map.of("unet", unet, "text_encoder", text, "text_encoder_2", second));
  }

  private static Tensor noise(TorchGenerator generator, int... dims) {
    return TextToImage.noise(Shape.of(dims), generator);
  }

  private LoraModel merged(MadeLora lora, double scale) {
    return LoraModel.of(model, List.of(new Lora(lora.write(temp.resolve("lora")), scale)));
  }

  /// W + factor · up·down, elements of `down` in its own order.
  private static double[] plain(Tensor w, Tensor up, Tensor down, double factor) {
    double[] out = w.toDoubles();
    double[] a = down.toDoubles();
    double[] b = up.toDoubles();
    int rank = down.dim(0);
    int columns = a.length / rank;
    for (int o = 0; o < w.dim(0); o++) {
      for (int i = 0; i < columns; i++) {
        for (int r = 0; r < rank; r++) {
          out[o * columns + i] += factor * b[o * rank + r] * a[r * columns + i];
        }
      }
    }
    return out;
  }

  private static void assertMerged(LoraModel merged, String part, String key, double[] expected) {
    try (Checkpoint weights = merged.weights(part)) {
      Tensor actual = weights.tensor(key);
      Golden.assertClose(key, Tensor.of(expected, actual.shape().toArray()), actual, 1e-6);
    }
  }

  @Test
  void linearLayersWithAlphaAndScale() {
    MadeLora lora = new MadeLora(1);
    Tensor down = lora.add("lora_unet_" + LINEAR.replace('.', '_') + ".lora_down.weight", 3, 6);
    Tensor up = lora.add("lora_unet_" + LINEAR.replace('.', '_') + ".lora_up.weight", 5, 3);
    lora.alpha("lora_unet_" + LINEAR.replace('.', '_') + ".alpha", 2);
    double[] expected = plain(unet.get(LINEAR + ".weight"), up, down, -0.7 * 2 / 3);
    assertMerged(merged(lora, -0.7), "unet", LINEAR + ".weight", expected);
  }

  @Test
  void convolutions() {
    MadeLora lora = new MadeLora(2);
    Tensor down = lora.add("unet." + CONV + ".lora_A.weight", 2, 3, 3, 2);
    Tensor up = lora.add("unet." + CONV + ".lora_B.weight", 4, 2, 1, 1);
    Tensor down1 = lora.add("unet." + POINTWISE + ".lora_A.weight", 2, 4);
    Tensor up1 = lora.add("unet." + POINTWISE + ".lora_B.weight", 4, 2);
    Tensor down2 = lora.add("unet." + LINEAR + ".lora_A.weight", 2, 6, 1, 1);
    Tensor up2 = lora.add("unet." + LINEAR + ".lora_B.weight", 5, 2, 1, 1);
    LoraModel merged = merged(lora, 0.5);
    for (var its :
        Map.of(CONV, List.of(up, down), POINTWISE, List.of(up1, down1), LINEAR, List.of(up2, down2))
            .entrySet()) {
      String key = its.getKey() + ".weight";
      double[] expected =
          plain(unet.get(key), its.getValue().getFirst(), its.getValue().getLast(), 0.5);
      assertMerged(merged, "unet", key, expected);
    }
  }

  /// Each module has its own alpha, and its own rank.
  @Test
  void alphasAreEachModulesOwn() {
    MadeLora lora = new MadeLora(3);
    Tensor down = lora.add("unet." + LINEAR + ".lora_A.weight", 1, 6);
    Tensor up = lora.add("unet." + LINEAR + ".lora_B.weight", 5, 1);
    lora.alpha("unet." + LINEAR + ".alpha", 4);
    Tensor down1 = lora.add("unet." + POINTWISE + ".lora_A.weight", 4, 4);
    Tensor up1 = lora.add("unet." + POINTWISE + ".lora_B.weight", 4, 4);
    lora.add("unet." + POINTWISE + ".alpha", Tensor.of(new long[] {1}, 1));
    LoraModel merged = merged(lora, 1);
    String linear = LINEAR + ".weight";
    String pointwise = POINTWISE + ".weight";
    assertMerged(merged, "unet", linear, plain(unet.get(linear), up, down, 4));
    assertMerged(merged, "unet", pointwise, plain(unet.get(pointwise), up1, down1, 0.25));
  }

  @Test
  void halvesAreWidened() {
    MadeLora lora = new MadeLora(4);
    Tensor down = lora.add("unet." + LINEAR + ".lora_A.weight", DType.BF16, 3, 6);
    Tensor up = lora.add("unet." + LINEAR + ".lora_B.weight", DType.F16, 5, 3);
    double[] expected = plain(unet.get(LINEAR + ".weight"), half(up), brain(down), 1);
    assertMerged(merged(lora, 1), "unet", LINEAR + ".weight", expected);
  }

  private static Tensor half(Tensor values) {
    float[] out = values.toFloats();
    for (int i = 0; i < out.length; i++) {
      out[i] = Float.float16ToFloat(Float.floatToFloat16(out[i]));
    }
    return Tensor.of(out, values.shape().toArray());
  }

  private static Tensor brain(Tensor values) {
    float[] out = values.toFloats();
    for (int i = 0; i < out.length; i++) {
      int bits = Float.floatToRawIntBits(out[i]);
      out[i] = Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff_0000);
    }
    return Tensor.of(out, values.shape().toArray());
  }

  /// One after the other, and each on its own part; a text encoder's modules are found with
  /// `text_model.` and without, whatever its keys.
  @Test
  void severalAreAddedUp() {
    MadeLora first = new MadeLora(5);
    Tensor down = first.add("unet." + LINEAR + ".lora_A.weight", 2, 6);
    Tensor up = first.add("unet." + LINEAR + ".lora_B.weight", 5, 2);
    Tensor textDown = first.add("text_encoder." + TEXT + ".lora_A.weight", 2, 3);
    Tensor textUp = first.add("text_encoder." + TEXT + ".lora_B.weight", 6, 2);
    MadeLora second = new MadeLora(6);
    Tensor down2 = second.add("unet." + LINEAR + ".lora_A.weight", 4, 6);
    Tensor up2 = second.add("unet." + LINEAR + ".lora_B.weight", 5, 4);
    String flat = "lora_te2_text_model_encoder_layers_0_mlp_fc1";
    Tensor secondDown = second.add(flat + ".lora_down.weight", 2, 3);
    Tensor secondUp = second.add(flat + ".lora_up.weight", 6, 2);
    Tensor projectionDown = second.add("lora_te2_text_projection.lora_down.weight", 1, 3);
    Tensor projectionUp = second.add("lora_te2_text_projection.lora_up.weight", 2, 1);
    LoraModel merged =
        LoraModel.of(
            model,
            List.of(
                new Lora(first.write(temp.resolve("a")), 0.5),
                new Lora(second.write(temp.resolve("b")), 2)));
    double[] both = plain(unet.get(LINEAR + ".weight"), up, down, 0.5);
    both = plain(Tensor.of(both, 5, 6), up2, down2, 2);
    assertMerged(merged, "unet", LINEAR + ".weight", both);
    String key = "text_model." + TEXT + ".weight";
    assertMerged(merged, "text_encoder", key, plain(text.get(key), textUp, textDown, 0.5));
    Tensor before = model.weights("text_encoder_2").tensor(TEXT + ".weight");
    double[] expected = plain(before, secondUp, secondDown, 2);
    assertMerged(merged, "text_encoder_2", TEXT + ".weight", expected);
    before = model.weights("text_encoder_2").tensor("text_projection.weight");
    expected = plain(before, projectionUp, projectionDown, 2);
    assertMerged(merged, "text_encoder_2", "text_projection.weight", expected);
    assertEquals(List.of(temp.resolve("a") + ":0.5", temp.resolve("b") + ":2.0"), merged.loras());
    assertEquals(
        List.of(
            temp.resolve("a") + ":0.5: merged into 1 module of unet, 1 module of text_encoder",
            temp.resolve("b") + ":2.0: merged into 1 module of unet, 2 modules of text_encoder_2"),
        merged.merged().stream().map(Object::toString).toList());
  }

  /// What no LoRA names has the bits it had, and what is read belongs to no scope.
  @Test
  void nothingElseChanges() {
    MadeLora lora = new MadeLora(8);
    lora.add("unet." + LINEAR + ".lora_A.weight", 2, 6);
    lora.add("unet." + LINEAR + ".lora_B.weight", 5, 2);
    LoraModel merged = merged(lora, 1);
    Tensor[] read = new Tensor[1];
    try (Checkpoint weights = merged.weights("unet")) {
      for (String key : List.of(LINEAR + ".bias", CONV + ".weight", POINTWISE + ".weight")) {
        assertArrayEquals(unet.get(key).toFloats(), weights.tensor(key).toFloats(), key);
      }
      Scope.run("reading", () -> read[0] = weights.tensor(LINEAR + ".weight"));
      assertEquals(unet.keySet(), weights.names());
      assertEquals(temp.resolve("lora"), weights.files().first());
    }
    assertNotEquals(unet.get(LINEAR + ".weight").toFloats()[0], read[0].toFloats()[0]);
    try (Checkpoint weights = merged.weights("text_encoder")) {
      assertEquals(0, weights.files().size());
    }
  }

  @Test
  void aFilesMetadataSayAlphas() throws IOException {
    MadeLora lora = new MadeLora(9);
    Tensor down = lora.add("unet." + LINEAR + ".lora_A.weight", 4, 6);
    Tensor up = lora.add("unet." + LINEAR + ".lora_B.weight", 5, 4);
    Tensor down1 = lora.add("unet." + POINTWISE + ".lora_A.weight", 4, 4);
    Tensor up1 = lora.add("unet." + POINTWISE + ".lora_B.weight", 4, 4);
    Tensor textDown = lora.add("text_encoder." + TEXT + ".lora_A.weight", 2, 3);
    Tensor textUp = lora.add("text_encoder." + TEXT + ".lora_B.weight", 6, 2);
    lora.metadata(
        "lora_adapter_metadata",
        """
        {"unet.lora_alpha": 6, "unet.r": 4, "unet.use_rslora": true, "unet.use_dora": false,
         "unet.alpha_pattern": {"attentions.0.proj_in": 3, "proj_in": 5, "net": 7}}\
        """);
    LoraModel merged = merged(lora, 1);
    String linear = LINEAR + ".weight";
    String pointwise = POINTWISE + ".weight";
    assertMerged(merged, "unet", linear, plain(unet.get(linear), up, down, 3));
    assertMerged(merged, "unet", pointwise, plain(unet.get(pointwise), up1, down1, 1.5));
    String key = "text_model." + TEXT + ".weight";
    assertMerged(merged, "text_encoder", key, plain(text.get(key), textUp, textDown, 1));
  }

  /// peft's own folder: a configuration beside, names without a part.
  @Test
  void aConfigurationBesideSaysAlphas() throws IOException {
    MadeLora lora = new MadeLora(10);
    Tensor down = lora.add("base_model.model." + LINEAR + ".lora_A.weight", 4, 6);
    Tensor up = lora.add("base_model.model." + LINEAR + ".lora_B.weight", 5, 4);
    lora.write(temp.resolve("adapter_model.safetensors"));
    Path config = temp.resolve("adapter_config.json");
    Files.writeString(config, "{\"lora_alpha\": 16, \"r\": 4, \"alpha_pattern\": {}}");
    double[] expected = plain(unet.get(LINEAR + ".weight"), up, down, 4);
    LoraModel merged = LoraModel.of(model, List.of(new Lora(temp, 1)));
    assertMerged(merged, "unet", LINEAR + ".weight", expected);
    Files.delete(config);
    expected = plain(unet.get(LINEAR + ".weight"), up, down, 1);
    merged = LoraModel.of(model, List.of(new Lora(temp, 1)));
    assertMerged(merged, "unet", LINEAR + ".weight", expected);
  }

  /// Content and scale, and only of the parts that a LoRA changes.
  @Test
  void changesAreToldByContent() throws IOException {
    MadeLora lora = new MadeLora(11);
    lora.add("unet." + LINEAR + ".lora_A.weight", 2, 6);
    lora.add("unet." + LINEAR + ".lora_B.weight", 5, 2);
    LoraModel merged = merged(lora, 1);
    List<String> changes = merged.changes("unet");
    assertEquals(1, changes.size());
    assertEquals(List.of(), merged.changes("text_encoder"));
    Path copy = Files.copy(temp.resolve("lora"), temp.resolve("copy"));
    assertEquals(changes, LoraModel.of(model, List.of(new Lora(copy, 1))).changes("unet"));
    assertNotEquals(changes, LoraModel.of(model, List.of(new Lora(copy, 2))).changes("unet"));
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length - 4] ^= 1;
    Files.write(copy, bytes);
    assertNotEquals(changes, LoraModel.of(model, List.of(new Lora(copy, 1))).changes("unet"));
    LoraModel twice = LoraModel.of(merged, List.of(new Lora(copy, 1)));
    assertEquals(changes.getFirst(), twice.changes("unet").getFirst());
    assertEquals(2, twice.changes("unet").size());
    assertNull(unet.get("none"));
  }
}
