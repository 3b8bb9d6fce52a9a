package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Affine;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.MappedFiles;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.torch.TorchSave;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Edited UNets in the forms in which they are published, laid over a model.
@GoldenTest
class EditedDenoiserTest {
  private static final String FIRST = "conv_in.bias";

  @TempDir private Path temp;

  private static ModelFiles model() {
    return ModelFiles.open(Golden.require("sd1-tiny/unet/config.json").getParent().getParent());
  }

  @AfterEach
  void nothingStaysMapped() throws IOException {
    MappedFiles.assertNoneIn(temp);
  }

  /// Files of ESD, of its first code, of UCE, and a whole state dict, with diffusers' outputs.
  @Test
  void outputs() {
    Path expected = Golden.require("checkpoints/expected.safetensors");
    for (Path file : Golden.glob("checkpoints/edited/*")) {
      String key =
          switch (file.getFileName().toString()) {
            case "esd-x.bf16.safetensors" -> "edited.esd_x";
            case "uce.safetensors" -> "edited.uce";
            case "unet_full.fp16.pt" -> "edited.unet_full";
            case "esd-old-nested.pt", "esd-old-flat.pt" -> "edited.esd_old";
            default -> "";
          };
      if (key.isEmpty()) {
        continue;
      }
      Denoiser unet = model().with(EditedDenoiser.of(model().source(), file)).denoiser();
      try (SafetensorsFile golden = Golden.open(expected);
          SafetensorsFile inputs = Golden.open("sd1-tiny/expected/unet.safetensors")) {
        Tensor out =
            unet.forward(
                inputs.tensor("latents"),
                1,
                Conditioning.of(inputs.tensor("encoder_hidden_states")));
        Golden.assertClose(Golden.name(file), golden.tensor(key), out, 1e-5);
        Golden.count(1);
      }
    }
  }

  @Test
  void saysHowManyItReplaces() {
    int all = model().denoiser().parameters().size();
    EditedDenoiser esd =
        EditedDenoiser.of(model().source(), Golden.require("checkpoints/edited/esd-old-nested.pt"));
    assertEquals(55, esd.replaced());
    assertEquals(all, esd.parameters());
  }

  /// With a prefix or without, whole or in part, safetensors or torch.
  @Test
  void replacesWhatItHasAndNothingElse() {
    Map<String, Tensor> before = model().denoiser().parameters();
    for (String prefix : new String[] {"", "unet."}) {
      for (boolean torch : new boolean[] {false, true}) {
        Map<String, Tensor> edited = new LinkedHashMap<>();
        before.forEach(
            (name, tensor) -> {
              if (name.contains("attn2")) {
                edited.put(prefix + name, Affine.scale(tensor, 2));
              }
            });
        Path file = write(edited, torch);
        ModelFiles laid = model().with(EditedDenoiser.of(model().source(), file));
        Map<String, Tensor> after = laid.denoiser().parameters();
        assertEquals(before.keySet(), after.keySet());
        before.forEach(
            (name, tensor) ->
                assertArrayEquals(
                    (name.contains("attn2") ? Affine.scale(tensor, 2) : tensor).toFloats(),
                    after.get(name).toFloats(),
                    name));
        assertEquals(Optional.of(file), laid.source().unet());
      }
    }
  }

  private Path write(Map<String, Tensor> tensors, boolean torch) {
    Path file = temp.resolve("edited");
    if (torch) {
      TorchSave.zip(file, tensors);
    } else {
      SafetensorsWriter.write(file, tensors, Map.of());
    }
    return file;
  }

  @Test
  void keysThatTheDenoiserLacksAreRefused() {
    Path file = write(Map.of("unet.mid_block.nothing", Tensor.scalar(1)), true);
    String message = refusal(file);
    assertTrue(
        message.startsWith(
            file
                + ": unet.mid_block.nothing: expected only parameters that the denoiser of "
                + model().path()),
        message);
  }

  @Test
  void otherShapesAreRefused() {
    int size = model().denoiser().parameters().get(FIRST).elements();
    Path file = write(Map.of(FIRST, Tensor.of(new float[size], 1, size)), true);
    assertEquals(
        "%s: %s: expected shape [%d], as the model has it, found [1, %d]"
            .formatted(file, FIRST, size, size),
        refusal(file));
  }

  @Test
  void aParameterOnce() {
    Tensor bias = model().denoiser().parameters().get(FIRST);
    Map<String, Tensor> twice = new LinkedHashMap<>();
    twice.put(FIRST, bias);
    twice.put("unet." + FIRST, bias);
    Path file = write(twice, false);
    assertTrue(refusal(file).contains("unet.conv_in.bias: expected each parameter once"));
  }

  /// By content, wherever it lies.
  @Test
  void theHashIsOfBothFiles() throws IOException {
    Tensor bias = model().denoiser().parameters().get(FIRST);
    Path file = write(Map.of(FIRST, Affine.scale(bias, 2)), true);
    String hash = hash(file);
    assertNotEquals(model().denoiserHash(), hash);
    assertEquals(model().partsHash(), model().with(edited(file)).partsHash());
    Path moved = Files.move(file, temp.resolve("a"));
    assertEquals(hash, hash(moved));
    assertNotEquals(hash, hash(write(Map.of(FIRST, Affine.scale(bias, 3)), true)));
  }

  private static EditedDenoiser edited(Path file) {
    return EditedDenoiser.of(model().source(), file);
  }

  private static String hash(Path file) {
    return model().with(edited(file)).denoiserHash();
  }

  private static String refusal(Path file) {
    return assertThrows(FileFormatException.class, () -> edited(file)).getMessage();
  }
}
