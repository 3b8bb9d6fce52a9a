package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.files.Folders;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Commands on model folders in the forms that tools leave: the same pictures, and what a user may
/// want to know of the choice said once.
class ModelFormsTest {
  private static final Path FASHION = ModelFiles.open("fashion").path();
  private static final String TEXT_ENCODER = "text_encoder/model.safetensors";
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void copy() {
    folder = Folders.copy(FASHION, temp.resolve("model"));
  }

  private Cli generate(String model, String picture, String... more) {
    List<String> args = new ArrayList<>(List.of("generate", "-m", model, "-p", "a bag"));
    args.addAll(List.of("--steps", "2", "-o", temp.resolve(picture).toString()));
    args.addAll(Arrays.asList(more));
    return Cli.run(args.toArray(String[]::new));
  }

  private void assertSamePicture(String a, String b) throws IOException {
    assertArrayEquals(pixels(a), pixels(b));
  }

  private int[] pixels(String picture) throws IOException {
    BufferedImage image = ImageIO.read(temp.resolve(picture).toFile());
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private void change(String file, Consumer<Map<String, Tensor>> how) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile open = SafetensorsFile.open(folder.resolve(file))) {
      open.names().forEach(name -> tensors.put(name, open.tensor(name)));
    }
    how.accept(tensors);
    SafetensorsWriter.write(folder.resolve(file), tensors, Map.of());
  }

  /// Entries of the index that no picture depends on, with a folder of that name and without.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "safety_checker | [null, null]",
        "safety_checker | [\"stable_diffusion\", \"StableDiffusionSafetyChecker\"]",
        "feature_extractor | [null, null]",
        "feature_extractor | [\"transformers\", \"CLIPImageProcessor\"]",
        "image_encoder | [null, null]",
        "image_encoder | null",
        "text_encoder_2 | [null, null]",
        "tokenizer_2 | [null, null]",
        "requires_safety_checker | true",
        "safety_checker | false",
        "extra | [1, 2, 3]",
        "extra | {\"a\": []}",
        "extra | \"text\"",
        "_name_or_path | \"a/b\""
      })
  void entriesOfTheIndex(String key, String value) throws IOException {
    Path index = folder.resolve("model_index.json");
    Files.writeString(index, Folders.with(Files.readString(index), key, value));
    JsonNode plain = Cli.run("inspect", "fashion", "--json").json();
    for (boolean withFolder : new boolean[] {false, true}) {
      if (withFolder) {
        Files.createDirectories(folder.resolve(key));
      }
      generate(folder.toString(), "a.png").succeeds();
      Cli.run("inspect", folder.toString()).succeeds();
      JsonNode json = Cli.run("inspect", folder.toString(), "--json").json();
      assertEquals(plain.get("parameters"), json.get("parameters"));
      assertEquals(plain.get("model_sha256"), json.get("model_sha256"));
    }
    generate("fashion", "b.png").succeeds();
    assertSamePicture("a.png", "b.png");
  }

  @Test
  void otherModulesAreSaidOnce() throws IOException {
    change(TEXT_ENCODER, tensors -> tensors.put("logit_scale", Tensor.scalar(1)));
    String note = folder.resolve(TEXT_ENCODER) + ": ignored 1 tensor of other modules: logit_scale";
    Cli drawn = generate(folder.toString(), "a.png").succeeds();
    assertEquals(1, drawn.out().lines().filter(("note: " + note)::equals).count(), drawn.out());
    JsonNode json = generate(folder.toString(), "a.png", "--json").json();
    assertEquals("[\"%s\"]".formatted(note), json.get("notes").toString());
    assertEquals(
        1,
        Cli.run("inspect", folder.toString())
            .succeeds()
            .out()
            .lines()
            .filter(("note: " + note)::equals)
            .count());
    json = Cli.run("inspect", folder.toString(), "--json").json();
    assertEquals("[\"%s\"]".formatted(note), json.get("notes").toString());
    assertEquals("", generate(folder.toString(), "a.png", "--quiet").succeeds().out());
    assertTrue(generate("fashion", "b.png", "--json").json().get("notes") == null);
    assertSamePicture("a.png", "b.png");
  }

  /// From attribution to the edited folder, with a variant that is not the plain weights.
  @Test
  void theVariantGoesAllTheWay() throws IOException {
    String plain = ModelFiles.open(folder).denoiserHash();
    Path variant = folder.resolve("unet/diffusion_pytorch_model.ema.safetensors");
    Files.copy(folder.resolve(UNET), variant);
    change(UNET, tensors -> tensors.put("conv_out.bias", Tensor.of(new float[] {9, 9, 9, 9}, 4)));
    String model = folder.toString();
    Cli.run("inspect", model, "--variant", "ema").succeeds();
    assertEquals(
        plain,
        Cli.run("inspect", model, "--variant", "ema", "--json")
            .json()
            .get("model_sha256")
            .asText());
    generate(model, "a.png", "--variant", "ema").succeeds();
    generate("fashion", "b.png").succeeds();
    assertSamePicture("a.png", "b.png");

    String scores = temp.resolve("s.safetensors").toString();
    String patch = temp.resolve("p.safetensors").toString();
    Cli.run(
            "attribute",
            "-m",
            model,
            "--variant",
            "ema",
            "-c",
            "bag",
            "--steps",
            "1",
            "--schedule-steps",
            "2",
            "-o",
            scores)
        .succeeds();
    assertEquals(
        "ema", Cli.run("inspect", scores, "--json").json().at("/metadata/variant").asText());
    Cli.run("edit", "-a", scores, "--erase", "--ratio", "0.05", "-o", patch).succeeds();
    generate(model, "c.png", "--variant", "ema", "--patch", patch).succeeds();
    Path full = temp.resolve("full");
    Cli.run("edit", "-a", scores, "--erase", "--ratio", "0.05", "--full", full.toString())
        .succeeds();
    generate(full.toString(), "d.png").succeeds();
    assertSamePicture("c.png", "d.png");
    Path applied = temp.resolve("applied");
    Cli.run("apply", model, patch, "--full", applied.toString()).succeeds();
    generate(applied.toString(), "e.png").succeeds();
    assertSamePicture("c.png", "e.png");
  }

  @Test
  void severalVariantsWantAChoice() throws IOException {
    Path unet = folder.resolve(UNET);
    Files.copy(unet, unet.resolveSibling("diffusion_pytorch_model.a.safetensors"));
    Files.move(unet, unet.resolveSibling("diffusion_pytorch_model.b.safetensors"));
    generate(folder.toString(), "a.png")
        .fails(1, "a choice with --variant NAME, found the variants a, b");
    JsonNode json = generate(folder.toString(), "a.png", "--variant", "b", "--json").json();
    assertEquals(2, json.get("notes").size(), json.toString()); // the other parts have no variant
  }
}
