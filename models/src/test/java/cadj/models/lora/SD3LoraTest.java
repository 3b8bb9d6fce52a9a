package cadj.models.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A LoRA of Stable Diffusion 3 in diffusers' form, merged into sd3-tiny, against plain loops in
/// double precision.
@GoldenTest
class SD3LoraTest {
  private static final int RANK = 2;

  /// Modules by part, and how many rows the matrix of each has.
  private static final Map<String, Map<String, Integer>> MODULES =
      Map.of(
          "transformer",
          Map.of(
              "transformer_blocks.0.attn.to_q", 28,
              "transformer_blocks.1.attn.add_k_proj", 28,
              "transformer_blocks.1.ff_context.net.0.proj", 112,
              "transformer_blocks.2.norm1_context.linear", 56,
              "norm_out.linear", 56,
              "context_embedder", 28),
          "text_encoder",
          Map.of("text_model.encoder.layers.0.self_attn.q_proj", 24),
          "text_encoder_2",
          Map.of("text_model.encoder.layers.3.mlp.fc2", 32));

  @TempDir private Path temp;

  @Test
  void modulesAreMergedByTheirNames() {
    ModelFiles model = ModelFiles.open(Golden.require("sd3-tiny/model_index.json").getParent());
    MadeLora made = new MadeLora(5);
    Map<String, Tensor> downs = new LinkedHashMap<>();
    Map<String, Tensor> ups = new LinkedHashMap<>();
    MODULES.forEach(
        (part, modules) ->
            modules.forEach(
                (name, rows) -> {
                  String key = part + "." + name;
                  int width = width(model, part, name, rows);
                  downs.put(key, made.add(key + ".lora_A.weight", RANK, width));
                  ups.put(key, made.add(key + ".lora_B.weight", rows, RANK));
                }));
    Path file = made.write(temp.resolve("lora.safetensors"));
    LoraModel merged = LoraModel.of(model.source(), List.of(new Lora(file, 0.5)));
    MODULES.forEach(
        (part, modules) -> {
          try (Checkpoint before = model.checkpoint(part);
              Checkpoint after = merged.weights(part)) {
            for (String key : before.names()) {
              String name = key.replaceFirst("\\.weight$", "");
              float[] w = before.tensor(key).toFloats();
              if (!modules.containsKey(name)) {
                assertArrayEquals(w, after.tensor(key).toFloats(), key);
                continue;
              }
              double[] expected =
                  plain(w, get(ups, part + "." + name), get(downs, part + "." + name));
              Golden.assertClose(
                  key, Tensor.of(expected, before.shape(key).toArray()), after.tensor(key), 1e-6);
              Golden.count(1);
            }
          }
        });
    assertEquals(
        "merged into 6 modules of transformer, 1 module of text_encoder, 1 module of"
            + " text_encoder_2",
        merged.merged().getFirst().toString().replaceFirst(".*: ", ""));
  }

  private static int width(ModelFiles model, String part, String name, int rows) {
    try (Checkpoint weights = model.checkpoint(part)) {
      assertEquals(rows, weights.shape(name + ".weight").dim(0), name);
      return weights.shape(name + ".weight").dim(1);
    }
  }

  private static Tensor get(Map<String, Tensor> all, String key) {
    Tensor found = all.get(key);
    assertNotNull(found, key);
    return found;
  }

  /// W + 0.5·up·down
  private static double[] plain(float[] w, Tensor up, Tensor down) {
    double[] out = new double[w.length];
    double[] a = down.toDoubles();
    double[] b = up.toDoubles();
    int columns = down.dim(1);
    for (int i = 0; i < w.length; i++) {
      out[i] = w[i];
      for (int r = 0; r < RANK; r++) {
        out[i] += 0.5 * b[i / columns * RANK + r] * a[r * columns + i % columns];
      }
    }
    return out;
  }
}
