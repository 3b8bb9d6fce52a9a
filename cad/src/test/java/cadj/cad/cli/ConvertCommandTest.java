package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cadj convert`, and the other commands on what it wrote.
class ConvertCommandTest {
  @TempDir private Path temp;

  /// The same picture from the model, from its folder, and from its file.
  @Test
  void picturesStayTheSame() throws IOException {
    Path folder = temp.resolve("folder");
    Path file = temp.resolve("one.safetensors");
    Cli.run("convert", "fashion", "--to", folder.toString()).succeeds();
    JsonNode json =
        Cli.run("convert", "-m", folder.toString(), "-o", file.toString(), "--json").json();
    assertEquals("original", json.get("layout").asText());
    assertEquals("as-is", json.get("dtype").asText());
    assertArrayEquals(picture("a.png", "-m", "fashion"), picture("b.png", "-m", folder.toString()));
    assertArrayEquals(
        picture("a.png", "-m", "fashion"),
        picture("c.png", "-m", file.toString(), "--config", folder.toString()));
  }

  private byte[] picture(String name, String... model) throws IOException {
    Path file = temp.resolve(name);
    String[] rest = {"-p", "a photo of a bag", "--steps", "2", "-o", file.toString()};
    String[] all = new String[1 + model.length + rest.length];
    all[0] = "generate";
    System.arraycopy(model, 0, all, 1, model.length);
    System.arraycopy(rest, 0, all, 1 + model.length, rest.length);
    Cli.run(all).succeeds();
    var image = ImageIO.read(file.toFile());
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    byte[] out = new byte[4 * pixels.length];
    ByteBuffer.wrap(out).asIntBuffer().put(pixels);
    assertTrue(pixels.length > 0);
    return out;
  }

  /// An attribution remembers the folder that described the file.
  @Test
  void filesAreAttributedAndEdited() {
    Path folder = temp.resolve("folder");
    Path file = temp.resolve("one.safetensors");
    Path scores = temp.resolve("scores.safetensors");
    Path patch = temp.resolve("patch.safetensors");
    Cli.run("convert", "fashion", "--to", folder.toString()).succeeds();
    JsonNode written = Cli.run("convert", "fashion", "--to", file.toString(), "--json").json();
    assertTrue(written.get("notes").toString().contains("--config"), written.toString());
    String line =
        "attribute -c bag --steps 1 --schedule-steps 4 --config %s -m %s -o %s"
            .formatted(folder, file, scores);
    Cli.run(line.split(" ")).succeeds();
    JsonNode edited =
        Cli.run(
                "edit --attribution %s --erase --ratio 0.1 -o %s --json"
                    .formatted(scores, patch)
                    .split(" "))
            .json();
    assertTrue(edited.get("zeroed").asInt() > 0, edited.toString());
  }

  @Test
  void theTypeIsChosen() throws IOException {
    Path full = temp.resolve("full.safetensors");
    Path half = temp.resolve("half.safetensors");
    Cli.run("convert", "fashion", "--to", full.toString(), "--dtype", "f32").succeeds();
    Cli.run("convert", "fashion", "--to", half.toString(), "--dtype", "BF16").succeeds();
    long tensors = Cli.run("inspect", full.toString(), "--json").json().get("tensors").size();
    assertTrue(tensors > 100, tensors + " tensors");
    double ratio = (double) Files.size(full) / Files.size(half);
    assertTrue(ratio > 1.9 && ratio < 2, "ratio " + ratio);
  }

  @Test
  void refusals() throws IOException {
    Path there = Files.createDirectory(temp.resolve("there"));
    Cli.run("convert", "fashion", "--to", there.toString()).fails(1, "there: exists already");
    Cli.run("convert", "fashion", "--to", temp.resolve("a.ckpt").toString())
        .fails(1, "expected a folder or a name that ends in .safetensors");
    Cli.run("convert", "fashion", "--to", temp.resolve("x").toString(), "--dtype", "f8")
        .fails(2, "--dtype");
    Cli.run("convert", temp.resolve("none").toString(), "--to", temp.resolve("x").toString())
        .fails(1, "found nothing");
    Path file = temp.resolve("m.safetensors");
    Cli.run("convert", "fashion", "--to", file.toString()).succeeds();
    Cli.run("convert", file.toString(), "--to", file.toString())
        .fails(1, "expected another file than the one that is read");
    Cli.run("generate", "-m", file.toString(), "-p", "a", "-o", temp.resolve("x").toString())
        .fails(1, "--config");
    Cli.run(
            "generate",
            "-m",
            "fashion",
            "--config",
            "c",
            "-p",
            "a",
            "-o",
            temp.resolve("x").toString())
        .fails(1, "fashion: expected a file in the original layout, which --config describes");
  }
}
