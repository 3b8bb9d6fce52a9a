package cadj.models.lora;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.json.HostileFile;
import cadj.tensor.json.Mutator;
import cadj.tensor.safetensors.Mutants;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Thousands of damaged LoRA files. Merging one may succeed, or fail with one error of one line;
/// and memory stays within the file's size and the model's times a small constant.
@Execution(ExecutionMode.CONCURRENT)
class HostileLoraTest {
  private static final long SEED = 20250103;
  private static final int MUTANTS = 10_000;
  private static final long BYTES_PER_BYTE = 64;
  private static final long ALLOWANCE = 256 << 10;

  /// What names of modules and tensors are made of.
  private static final List<String> PIECES =
      List.of(
          "lora_unet_",
          "lora_te_",
          "unet.",
          "text_encoder.",
          ".lora_down.weight",
          ".lora_up.weight",
          ".lora_A.weight",
          ".lora_B.weight",
          ".alpha",
          ".dora_scale",
          "middle_block_1_proj_in",
          "999999999999",
          "_",
          ".");

  @TempDir private Path temp;

  private static StubModel model() {
    SequencedMap<String, Tensor> unet = new LinkedHashMap<>();
    unet.put("mid_block.attentions.0.proj_in.weight", Tensor.zeros(DType.F32, Shape.of(4, 4)));
    unet.put("down_blocks.0.resnets.0.conv1.weight", Tensor.zeros(DType.F32, Shape.of(4, 3, 3, 3)));
    SequencedMap<String, Tensor> text = new LinkedHashMap<>();
    text.put("text_model.encoder.layers.0.mlp.fc1.weight", Tensor.zeros(DType.F32, Shape.of(6, 3)));
    return new StubModel(Map.of("unet", unet, "text_encoder", text));
  }

  @Test
  void damagedFilesEndInOneErrorOrSucceed() throws IOException {
    Random random = new Random(SEED);
    Mutator names = new Mutator(random, PIECES);
    StubModel model = model();
    List<byte[]> seeds = seeds();
    Path file = temp.resolve("mutant");
    for (byte[] seed : seeds) {
      Files.write(file, seed);
      merge(model, file); // the first product of all takes more: threads, packed panels
      assertTrue(accepts(model, file, seed), "a valid file is refused");
    }
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = seeds.get(random.nextInt(seeds.size()));
      for (int edits = 1 + random.nextInt(2); edits > 0; edits--) {
        mutant = random.nextInt(3) == 0 ? renamed(mutant, names) : Mutants.of(mutant, random);
      }
      try {
        accepted += accepts(model, file, mutant) ? 1 : 0;
      } catch (RuntimeException | Error e) {
        fail("mutant %d: %s".formatted(i, new String(mutant, ISO_8859_1)), e);
      }
    }
    assertTrue(accepted > MUTANTS / 50, "only %d mutants were accepted".formatted(accepted));
    assertTrue(accepted < MUTANTS / 2, "%d mutants were accepted".formatted(accepted));
  }

  /// The header with a piece of a name put over another, of the same length, so that offsets hold.
  private static byte[] renamed(byte[] bytes, Mutator names) {
    byte[] out = bytes.clone();
    if (out.length < 16) {
      return out;
    }
    String piece = names.pieces().get(names.random().nextInt(names.pieces().size()));
    int header =
        Math.min(out.length, 8 + (out[8] == '{' ? (out[0] & 0xff) + 256 * (out[1] & 0xff) : 8));
    int at = 8 + names.random().nextInt(Math.max(1, header - 8 - piece.length()));
    System.arraycopy(
        piece.getBytes(ISO_8859_1), 0, out, at, Math.min(piece.length(), out.length - at));
    return out;
  }

  private static boolean accepts(StubModel model, Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    return HostileFile.accepted(
        file, ALLOWANCE + BYTES_PER_BYTE * bytes.length, () -> merge(model, file));
  }

  private static void merge(StubModel model, Path file) {
    LoraModel merged = LoraModel.of(model, List.of(new Lora(file, 1)));
    for (String part : model.parts().keySet()) {
      try (Checkpoint weights = merged.weights(part)) {
        weights.names().forEach(weights::tensor);
      }
    }
  }

  private List<byte[]> seeds() throws IOException {
    List<byte[]> out = new ArrayList<>();
    MadeLora kohya = new MadeLora(1);
    kohya.add("lora_unet_middle_block_1_proj_in.lora_down.weight", 2, 4);
    kohya.add("lora_unet_middle_block_1_proj_in.lora_up.weight", DType.F16, 4, 2);
    kohya.alpha("lora_unet_middle_block_1_proj_in.alpha", 1);
    kohya.add("lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", 1, 3);
    kohya.add("lora_te_text_model_encoder_layers_0_mlp_fc1.lora_up.weight", 6, 1);
    out.add(Files.readAllBytes(kohya.write(temp.resolve("seed"))));
    MadeLora peft = new MadeLora(2);
    peft.add("unet.down_blocks.0.resnets.0.conv1.lora_A.weight", 2, 3, 3, 3);
    peft.add("unet.down_blocks.0.resnets.0.conv1.lora_B.weight", 4, 2, 1, 1);
    peft.metadata(
        "lora_adapter_metadata",
        "{\"unet.lora_alpha\": 4, \"unet.use_rslora\": false, \"unet.alpha_pattern\": {\"a\": 1}}");
    out.add(Files.readAllBytes(peft.write(temp.resolve("seed"))));
    return out;
  }
}
