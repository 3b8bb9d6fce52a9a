package cadj.tensor.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonValue;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Files of PyTorch's `torch.save`: every tensor has the bits of the one it was saved from, rounded
/// to the file's type.
@GoldenTest
class TorchGoldenTest {
  @Test
  void viewsOfOneStorageInTheOldForm() {
    try (TorchFile file = open("checkpoints/sd1.text_encoder.views.legacy.bin")) {
      assertSame(file, folder("sd1-tiny/text_encoder/model"), UnaryOperator.identity(), true);
      assertEquals(DType.F32, file.dtype("text_model.final_layer_norm.weight"));
    }
  }

  @Test
  void halvesInAnArchive() {
    for (Path path : Golden.glob("checkpoints/sd2-bin/*/*.bin")) {
      String part = path.getParent().getFileName().toString();
      String stem = part.equals("vae") ? "diffusion_pytorch_model" : "model";
      try (TorchFile file = TorchFile.open(path)) {
        assertSame(file, folder("sd2-tiny/" + part + "/" + stem), UnaryOperator.identity(), true);
        assertTrue(file.names().stream().allMatch(name -> file.dtype(name) == DType.F16));
      }
    }
  }

  @Test
  void gradientsOfThePublishedCode() {
    List<Path> files = Golden.glob("**/*grad*.pth");
    for (Path path : files) {
      try (TorchFile file = TorchFile.open(path);
          SafetensorsFile loop = Golden.open("sd1-tiny/expected/cad/erase_loop.safetensors")) {
        assertSame(file, loop, name -> "grad." + name, false);
      }
    }
  }

  /// The whole original checkpoint: what is outside of `state_dict` is text.
  @Test
  void nestedWithOtherEntries() {
    Path path = largeOnly("checkpoints/sd2.ema.fp16.ckpt");
    try (TorchFile file = TorchFile.open(path)) {
      assertEquals("13", file.metadata().get("epoch"));
      assertEquals("470000", file.metadata().get("global_step"));
      assertEquals("1.4.2", file.metadata().get("pytorch-lightning_version"));
      assertEquals("0.1234", file.metadata().get("callbacks.ModelCheckpoint.current_score"));
      assertEquals("1099511627776", file.metadata().get("hyper_parameters.big"));
      assertEquals("-7", file.metadata().get("hyper_parameters.neg"));
      assertEquals("True", file.metadata().get("hyper_parameters.use_ema"));
      assertEquals(DType.F32, file.dtype("betas"));
      assertKeyMap(file, "sd2-tiny", UnaryOperator.identity());
    }
  }

  @Test
  void anOldFormOfTheOriginalLayout() {
    Path path = largeOnly("checkpoints/sd1.vae.legacy.ckpt");
    try (TorchFile file = TorchFile.open(path)) {
      assertKeyMap(
          file,
          "sd1-tiny",
          key -> key.startsWith("first_stage_model.") ? key.substring(18) : "(not in it) " + key);
    }
  }

  @Test
  void modulesByNameComeOutFlat() {
    Path nested = largeOnly("checkpoints/edited/esd-old-nested.pt");
    Path flat = largeOnly("checkpoints/edited/esd-old-flat.pt");
    try (TorchFile a = TorchFile.open(nested);
        TorchFile b = TorchFile.open(flat)) {
      assertSame(a, b, UnaryOperator.identity(), true);
    }
  }

  /// A file too large for our own set.
  private static Path largeOnly(String name) {
    Optional<Path> found = Golden.find(name);
    Assumptions.assumeTrue(found.isPresent(), name + " is in the whole golden set only");
    return found.orElseThrow();
  }

  private static TorchFile open(String name) {
    return TorchFile.open(Golden.require(name));
  }

  private static SafetensorsFile folder(String stem) {
    return Golden.open(stem + ".safetensors");
  }

  /// Compares the tensors of `file` with those of `expected`, which is closed.
  private static void assertSame(
      TorchFile file, Checkpoint expected, UnaryOperator<String> name, boolean all) {
    try (expected) {
      int same = 0;
      for (String key : file.names()) {
        assertBits(file, key, expected.tensor(name.apply(key)));
        same++;
      }
      assertTrue(same > 0);
      if (all) {
        assertEquals(expected.names().size(), same);
      }
    }
  }

  private static void assertBits(TorchFile file, String key, Tensor expected) {
    Tensor actual = file.tensor(key);
    assertEquals(expected.shape(), actual.shape(), key);
    if (expected.dtype() == DType.I64) {
      Golden.assertExact(key, expected, actual);
    } else {
      float[] a = actual.toFloats();
      float[] e = expected.toFloats();
      for (int i = 0; i < e.length; i++) {
        float rounded =
            file.dtype(key) == DType.F16 ? Float.float16ToFloat(Float.floatToFloat16(e[i])) : e[i];
        assertEquals(
            Float.floatToRawIntBits(rounded), Float.floatToRawIntBits(a[i]), key + " at " + i);
      }
    }
    Golden.count(1);
  }

  /// Compares all tensors that the original layout has under another name with the folder's.
  private static void assertKeyMap(TorchFile file, String model, UnaryOperator<String> stored) {
    Optional<Path> map = Golden.find("checkpoints/keymap.json");
    if (map.isEmpty()) {
      return;
    }
    int compared = 0;
    for (JsonValue row : JsonFile.read(map.get()).object(model).list("rows")) {
      JsonList cells = row.list();
      String key = stored.apply(cells.get(0).string());
      String[] target = cells.get(1).string().split("/", 2);
      if (cells.get(2).string().equals("same") && file.contains(key)) {
        String stem = target[0].startsWith("text") ? "model" : "diffusion_pytorch_model";
        try (SafetensorsFile folder = folder(model + "/" + target[0] + "/" + stem)) {
          assertBits(file, key, folder.tensor(target[1]));
        }
        compared++;
      }
    }
    assertTrue(compared > 100, compared + " compared");
  }
}
