package cadj.cad.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Affine;
import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.picture.PngText;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.torch.TorchSave;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of `torch.save` on the command line: edited UNets, published gradients, anything.
class TorchFilesTest {
  private static final Map<String, Tensor> PARAMETERS =
      ModelFiles.open("fashion").denoiser().parameters();

  @TempDir private Path temp;

  /// The parameters of whose names that is a part, times a factor.
  private static Map<String, Tensor> some(String part, float factor) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    PARAMETERS.forEach(
        (name, tensor) -> {
          if (name.contains(part)) {
            out.put(name, Affine.scale(tensor, factor));
          }
        });
    return out;
  }

  private Path file(String name, Map<String, Tensor> tensors) {
    Path file = temp.resolve(name);
    TorchSave.zip(file, tensors);
    return file;
  }

  private String path(String name) {
    return temp.resolve(name).toString();
  }

  @Test
  void anEditedUNetDrawsAnotherPicture() throws IOException {
    Path edited = file("edited.pt", some("attn2", 0.5f));
    Path same = file("same.pt", some("attn2", 1));
    String[] draw = {"generate", "-p", "a bag", "--steps", "1", "-o"};
    Cli.run(with(draw, path("plain.png"))).succeeds();
    Cli.run(with(draw, path("same.png"), "--unet", same.toString())).succeeds();
    Cli told = Cli.run(with(draw, path("edited.png"), "--unet", edited.toString())).succeeds();
    int replaced = some("attn2", 1).size();
    assertTrue(
        told.out()
            .contains(
                "%s: replaces %,d of the denoiser's %,d parameters"
                    .formatted(edited, replaced, PARAMETERS.size())),
        told.out());
    assertEquals(pixels("plain.png"), pixels("same.png"));
    assertNotEquals(pixels("plain.png"), pixels("edited.png"));
    assertEquals(edited.toString(), PngText.read(temp.resolve("edited.png")).text().get("unet"));
    Cli.run("generate", "-p", "a", "--unet", file("x.pt", Map.of("no", Tensor.scalar(1))) + "")
        .fails(1, "no: expected only parameters that the denoiser of");
  }

  private static String[] with(String[] args, String... more) {
    String[] out = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, out, args.length, more.length);
    return out;
  }

  private List<Integer> pixels(String name) throws IOException {
    var image = ImageIO.read(temp.resolve(name).toFile());
    int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return Arrays.stream(rgb).boxed().toList();
  }

  /// What was scored with an edited UNet is edited with it.
  @Test
  void anAttributionRemembersItsUNet() {
    Path edited = file("edited.pt", some("attn2", 0.5f));
    String scores = path("scores.safetensors");
    Cli.run(
            "attribute",
            "-c",
            "bag",
            "--schedule-steps",
            "1",
            "--unet",
            edited.toString(),
            "-o",
            scores)
        .succeeds();
    String patch = path("patch.safetensors");
    Cli.run("edit", "-a", scores, "--erase", "--count", "1", "-o", patch).succeeds();
    Map<String, String> metadata = Patch.read(Path.of(patch)).metadata();
    assertEquals(edited.toString(), metadata.get("unet"));
    assertNotEquals(ModelFiles.open("fashion").denoiserHash(), metadata.get(Patch.MODEL_HASH));
    Cli.run(
            "generate",
            "-p",
            "a",
            "--steps",
            "1",
            "--patch",
            patch,
            "--unet",
            edited.toString(),
            "-o",
            path("a.png"))
        .succeeds();
    Cli.run("generate", "-p", "a", "--patch", patch, "-o", path("b.png"))
        .fails(1, "made for another model");
  }

  /// w·g with g = w: of each row the largest weights go.
  @Test
  void publishedGradientsMakeAPatch() throws IOException {
    Path gradients = file("bag_grad.pth", some("", 1));
    String patch = path("patch.safetensors");
    String[] edit = {"edit", "-a", gradients.toString(), "--count", "1", "-o", patch};
    JsonNode json = Cli.run(with(edit, "--erase", "-m", "fashion", "--json")).json();
    Patch erased = Patch.read(Path.of(patch));
    assertEquals(json.get("zeroed").asLong(), erased.size());
    erased
        .changes()
        .forEach(
            (name, change) -> {
              float[] w = PARAMETERS.get(name).toFloats();
              int n = PARAMETERS.get(name).dim(1);
              assertEquals(w.length / n, ((Change.Scaled) change).indices().length, name);
              for (int i : ((Change.Scaled) change).indices()) {
                for (int j = i / n * n; j < i / n * n + n; j++) {
                  assertTrue(Math.abs(w[j]) <= Math.abs(w[i]), name);
                }
              }
            });
    Cli told = Cli.run(with(edit, "--erase", "-m", "fashion")).succeeds();
    assertTrue(told.out().contains("gradients of the published code, to erase"), told.out());
    Cli.run(with(edit, "--erase")).fails(1, "name no model; say which with --model");

    // as published for amplifying: what has the largest w·g goes, the lowest of our scores
    Path folder = Files.createDirectories(temp.resolve("amplify"));
    edit[2] = Files.copy(gradients, folder.resolve("bag_grad.pth")).toString();
    Cli.run(with(edit, "--amplify", "-m", "fashion"))
        .fails(1, "in a folder called amplify; say --objective amplify");
    Cli.run(with(edit, "--amplify", "-m", "fashion", "--objective", "amplify")).succeeds();
    Patch amplified = Patch.read(Path.of(patch));
    erased
        .changes()
        .forEach(
            (name, change) -> {
              float[] w = PARAMETERS.get(name).toFloats();
              int[] indices = ((Change.Scaled) amplified.changes().get(name)).indices();
              for (int row = 0; row < indices.length; row++) { // equal ones may change places
                assertEquals(
                    Math.abs(w[((Change.Scaled) change).indices()[row]]),
                    Math.abs(w[indices[row]]),
                    name);
              }
            });
  }

  @Test
  void inspectShowsWhatTorchSaved() throws IOException {
    Path file = file("a.ckpt", Map.of("conv.weight", Tensor.of(new float[6], 2, 3)));
    String said = Cli.run("inspect", file.toString()).succeeds().out();
    assertTrue(said.startsWith(file + ": file of torch.save"), said);
    assertTrue(said.matches("(?s).*conv.weight +F32 +6 +\\[2,3].*"), said);
    assertEquals(
        "torch", Cli.run("inspect", file.toString(), "--json").json().get("kind").asText());
    Files.write(file, new byte[] {(byte) 0x80, 2, '}', '.'});
    Cli.run("inspect", file.toString()).fails(1, "found another pickle");
    // pickle.dump(os.system, file, protocol=2), without torch's form around it
    Files.write(file, "\u0080\u0002cposix\nsystem\nq\u0000.".getBytes(ISO_8859_1));
    Cli.run("inspect", file.toString()).fails(1, "posix.system");
    Cli.run("generate", "-p", "x", "-m", file.toString()).fails(1, "posix.system");
  }
}
