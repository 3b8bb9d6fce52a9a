package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Patch;
import cadj.cad.edit.PublishedAblation;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.torch.TorchFile;
import cadj.tensor.torch.TorchSave;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Gradient files of the published code, and what it zeroed by them.
@GoldenTest
class GradientFileTest {
  private static final String SUBSET = "sd1-tiny/expected/cad/erase_loop_subset_grad.pth";
  private static final String IN =
      "down_blocks.0.attentions.0.transformer_blocks.0.ff.net.0.proj.weight";
  private static final String OUT =
      "down_blocks.0.attentions.0.transformer_blocks.0.ff.net.2.weight";

  @TempDir private Path temp;

  private static ModelFiles model() {
    return ModelFiles.open(Golden.require("sd1-tiny/unet/config.json").getParent().getParent());
  }

  /// The published masks, bit for bit, of the matrices whose gradients the file has.
  @Test
  void zeroesWhatThePublishedCodeZeroed() {
    AttributionResult read =
        GradientFile.read(Golden.require(SUBSET), model(), ObjectiveKind.ERASE);
    assertEquals(List.of(IN, OUT), List.copyOf(read.scores().keySet()));
    JsonObject json = JsonFile.read(Golden.require("sd1-tiny/expected/cad/ablate_erase.json"));
    try (SafetensorsFile masks =
        Golden.open("sd1-tiny/expected/cad/ablate_erase_masks.safetensors")) {
      for (JsonObject entry : json.list("cases").objects()) {
        Map<String, int[]> zeroed = PublishedAblation.of(entry).select(read.scores());
        for (String name : read.scores().keySet()) {
          String key = entry.string("key") + "/" + name;
          boolean[] kept = PublishedAblation.kept(masks.tensor(key).toLongs());
          for (int i : zeroed.getOrDefault(name, new int[0])) {
            assertFalse(kept[i], key + " at " + i);
            kept[i] = true;
          }
          for (int i = 0; i < read.scores().get(name).elements(); i++) {
            assertTrue(kept[i], key + " at " + i);
          }
        }
        Golden.count(1);
      }
    }
  }

  /// A whole file in half precision: weight times gradient of each feed-forward matrix.
  @Test
  void wholeFiles() {
    for (Path path : Golden.globOrNone("checkpoints/edited/cad_erase_grad*.pth")) {
      ModelFiles model = model();
      AttributionResult read = GradientFile.read(path, model, ObjectiveKind.ERASE);
      assertEquals(
          JsonFile.read(Golden.require("sd1-tiny/expected/cad/ablate_erase.json"))
              .list("ff_params")
              .strings(),
          List.copyOf(read.scores().keySet()));
      Map<String, Tensor> parameters = model.denoiser().parameters();
      try (SafetensorsFile loop = Golden.open("sd1-tiny/expected/cad/erase_loop.safetensors")) {
        read.scores()
            .forEach(
                (name, score) -> {
                  float[] w = parameters.get(name).toFloats();
                  float[] g = loop.tensor("grad." + name).toFloats();
                  for (int i = 0; i < w.length; i++) {
                    w[i] *= Float.float16ToFloat(Float.floatToFloat16(g[i]));
                  }
                  assertArrayEquals(w, score.toFloats(), name);
                  Golden.count(1);
                });
      }
    }
  }

  /// The published loss is the negative of our objective.
  @Test
  void amplifyingTurnsTheSign() {
    Path path = Golden.require(SUBSET);
    Tensor erase = GradientFile.read(path, model(), ObjectiveKind.ERASE).scores().get(IN);
    Tensor amplify = GradientFile.read(path, model(), ObjectiveKind.AMPLIFY).scores().get(IN);
    float[] e = erase.toFloats();
    float[] a = amplify.toFloats();
    for (int i = 0; i < e.length; i++) {
      assertEquals(-e[i], a[i]);
    }
  }

  @Test
  void saysWhichModelItFits() {
    ModelFiles model = model();
    Map<String, String> metadata =
        GradientFile.read(Golden.require(SUBSET), model, ObjectiveKind.AMPLIFY).metadata();
    assertEquals(model.denoiserHash(), metadata.get(Patch.MODEL_HASH));
    assertEquals("amplify", metadata.get("objective"));
    assertEquals(Golden.require(SUBSET).toString(), metadata.get("gradients"));
  }

  @Test
  void otherGradientsAreRefused() {
    assertRefused("mid.weight", Tensor.scalar(1), "expected gradients of the model's parameters");
    assertRefused(IN, Tensor.scalar(1), "expected a gradient [128,16], found F32 []");
    Tensor gradient;
    try (TorchFile file = TorchFile.open(Golden.require(SUBSET))) {
      gradient = file.tensor(IN);
    }
    float[] values = gradient.toFloats();
    values[77] = Float.POSITIVE_INFINITY;
    assertRefused(IN, Tensor.of(values, 128, 16), "expected finite numbers, found Infinity");
    assertRefused(
        "conv_in.bias", Tensor.of(new float[16], 16), "gradients of feed-forward matrices");
  }

  private void assertRefused(String name, Tensor gradient, String says) {
    Path file = temp.resolve("grad.pth");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(name, gradient);
    TorchSave.zip(file, tensors);
    String message =
        assertThrows(
                FileFormatException.class,
                () -> GradientFile.read(file, model(), ObjectiveKind.ERASE))
            .getMessage();
    assertTrue(message.startsWith(file.toString()) && message.contains(says), message);
  }
}
