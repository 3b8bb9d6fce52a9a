package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Patch;
import cadj.cad.picture.Pictures;
import cadj.cad.picture.PngText;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `cadj generate`: pictures, their settings, and what the same or another start noise draws.
class GenerateCommandTest {
  @TempDir private Path folder;

  private byte[] draw(String name, String... args) throws IOException {
    String[] all =
        concat(
            new String[] {"generate", "--steps", "2", "-o", folder.resolve(name).toString()}, args);
    Cli.run(all).succeeds();
    return Files.readAllBytes(folder.resolve(name));
  }

  private static String[] concat(String[] a, String[] b) {
    String[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  @Test
  void aPictureCarriesItsSettings() throws IOException {
    String prompt = "a neon sign of a \"bag\", ü";
    draw("a.png", "-p", prompt, "--seed", "5", "--guidance", "3", "--negative", "a coat");
    PngText png = PngText.read(folder.resolve("a.png"));
    assertEquals(32, png.width());
    assertEquals(32, png.height());
    Map<String, String> text = png.text();
    assertEquals(prompt, text.get("prompt"));
    assertEquals("a coat", text.get("negative"));
    assertEquals("fashion", text.get("model"));
    assertEquals("5", text.get("seed"));
    assertEquals("2", text.get("steps"));
    assertEquals("3.0", text.get("guidance"));
    assertEquals("ddim", text.get("scheduler"));
    assertTrue(text.get("software").startsWith("cadj "), text.toString());
  }

  @Test
  void aNegativePromptChangesThePicture() throws IOException {
    draw("plain.png", "-p", "a bag");
    draw("negative.png", "-p", "a bag", "--negative", "a coat");
    assertFalse(Arrays.equals(pixels("plain.png"), pixels("negative.png")));
  }

  @Test
  void theSameSeedDrawsTheSameBytesAndAnotherDoesNot() throws IOException {
    byte[] first = draw("a.png", "-p", "a photo of a bag", "--seed", "5");
    assertArrayEquals(first, draw("b.png", "-p", "a photo of a bag", "--seed", "5"));
    assertFalse(Arrays.equals(first, draw("c.png", "-p", "a photo of a bag", "--seed", "6")));
  }

  @Test
  void schedulersAreTheirOwn() throws IOException {
    byte[] ddim = draw("a.png", "-p", "a bag");
    assertFalse(Arrays.equals(ddim, draw("b.png", "-p", "a bag", "--scheduler", "pndm")));
    assertEquals("pndm", PngText.read(folder.resolve("b.png")).text().get("scheduler"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"euler", "euler_ancestral", "dpmpp_2m", "dpmpp_2m_karras", "unipc", "lcm"})
  void everySamplerDraws(String name) throws IOException {
    byte[] ddim = draw("a.png", "-p", "a bag");
    assertFalse(Arrays.equals(ddim, draw("b.png", "-p", "a bag", "--scheduler", name)));
    assertEquals(name, PngText.read(folder.resolve("b.png")).text().get("scheduler"));
  }

  @Test
  void rescaledGuidanceIsAnotherPicture() throws IOException {
    draw("a.png", "-p", "a bag");
    draw("b.png", "-p", "a bag", "--guidance-rescale", "0.7");
    draw("c.png", "-p", "a bag", "--guidance-rescale", "0");
    assertFalse(Arrays.equals(pixels("a.png"), pixels("b.png")));
    assertArrayEquals(pixels("a.png"), pixels("c.png"));
    assertEquals("0.7", PngText.read(folder.resolve("b.png")).text().get("guidance_rescale"));
    assertFalse(PngText.read(folder.resolve("c.png")).text().containsKey("guidance_rescale"));
  }

  @Test
  void latentsOfAFileTakeTheSeedsPlace() throws IOException {
    TextToImage model = TextToImage.load(ModelFiles.open("fashion"));
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(5));
    Path file = folder.resolve("noise.safetensors");
    new SafetensorsWriter().add("x", noise).add("y", Tensor.of(new long[2], 2)).write(file);
    draw("a.png", "-p", "a bag", "--seed", "5");
    draw("b.png", "-p", "a bag", "--latents", file + ":x");
    int[] drawn = pixels("a.png");
    assertArrayEquals(drawn, pixels("b.png"));
    Map<String, String> text = PngText.read(folder.resolve("b.png")).text();
    assertEquals(file + ":x", text.get("latents"));
    assertEquals("0", text.get("seed"));
    Cli.run("generate", "-p", "a", "--latents", file.toString())
        .fails(1, "one tensor, or its name after a colon");
    Cli.run("generate", "-p", "a", "--latents", file + ":z").fails(1, "z: expected this tensor");
    Cli.run("generate", "-p", "a", "--latents", file + ":y")
        .fails(1, "y: expected floating-point numbers, found I64");
  }

  private int[] pixels(String name) throws IOException {
    return ImageIO.read(folder.resolve(name).toFile()).getRGB(0, 0, 32, 32, null, 0, 32);
  }

  /// Three patches of one matrix each, which may overlap: drawn with all, as the model so edited
  /// draws.
  @Test
  void patchesAreStacked() throws IOException {
    ModelFiles model = ModelFiles.open("fashion");
    TextToImage pipeline = TextToImage.load(model);
    List<String> arguments =
        new ArrayList<>(List.of("generate", "-p", "a bag", "--steps", "2", "--seed", "4"));
    Denoiser edited = pipeline.denoiser();
    int number = 0;
    for (int from : new int[] {0, 1000, 3000}) {
      String name = "mid_block.attentions.0.transformer_blocks.0.ff.net.2.weight";
      int[] zeroed = IntStream.range(from, from + 4000).toArray();
      Map<String, String> hash = Map.of(Patch.MODEL_HASH, model.denoiserHash());
      Patch patch = Patch.zeroing(Map.of(name, zeroed), pipeline.denoiser().parameters(), hash);
      Path file = folder.resolve("patch-" + number++);
      patch.write(file);
      edited = patch.apply(edited);
      arguments.addAll(List.of("--patch", file.toString()));
    }
    arguments.addAll(List.of("-o", folder.resolve("edited.png").toString()));
    Cli.run(arguments.toArray(String[]::new)).succeeds();
    Tensor drawn =
        pipeline
            .withDenoiser(edited)
            .draw(
                List.of("a bag"),
                null,
                TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(4)),
                new TextToImage.Settings(2, 7.5, Scheduler.Kind.DDIM),
                Scheduler.Noise.NONE,
                TextToImage.Progress.NONE);
    int[] expected = Pictures.toImage(drawn, 0).getRGB(0, 0, 32, 32, null, 0, 32);
    assertArrayEquals(expected, pixels("edited.png"));
  }

  /// A file's sampler is the default, and any other can be asked for; one that is not there is told
  /// which are.
  @Test
  void theModelsOwnSamplerDraws() throws IOException {
    for (String scheduler : List.of("", "--scheduler ddim", "--scheduler pndm")) {
      String name = scheduler.replaceAll(".* ", "") + ".png";
      String line = "generate -p bag --steps 3 " + scheduler + " -o " + folder.resolve(name);
      Cli.run(line.split(" +")).succeeds();
    }
    assertArrayEquals(pixels("ddim.png"), pixels(".png"));
    assertFalse(Arrays.equals(pixels("ddim.png"), pixels("pndm.png")));
    assertEquals("ddim", PngText.read(folder.resolve(".png")).text().get("scheduler"));
  }

  @Test
  void latentsOfAnotherShapeAreRefused() {
    Path file = folder.resolve("noise.safetensors");
    Map.of(
            "--latents: expected [2,C,h,w] for 2 pictures (or [1,C,h,w] for all), got [4,8,8]",
            new int[] {4, 8, 8},
            "got [3,4,8,8]",
            new int[] {3, 4, 8, 8},
            "expected 4 channels",
            new int[] {1, 5, 8, 8},
            "x: expected some numbers, found [1,4,0,8]",
            new int[] {1, 4, 0, 8})
        .forEach(
            (says, shape) -> {
              int n = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
              new SafetensorsWriter().add("x", Tensor.of(new float[n], shape)).write(file);
              Cli.run("generate", "-p", "a", "-p", "b", "--latents", file.toString())
                  .fails(1, says);
            });
  }

  @Test
  void severalPromptsAreNumbered() throws IOException {
    Path out = folder.resolve("p.png");
    Cli.run("generate", "-p", "a bag", "-p", "a coat", "--steps", "1", "-o", out.toString())
        .succeeds();
    assertEquals("a bag", PngText.read(folder.resolve("p-1.png")).text().get("prompt"));
    assertEquals("1", PngText.read(folder.resolve("p-2.png")).text().get("seed"));
    Path into = folder.resolve("into");
    Cli.run("generate", "-p", "../A bag!", "--steps", "1", "-o", into.toString()).succeeds();
    assertTrue(Files.exists(into.resolve("0001-a-bag.png")));
  }

  @Test
  void otherKindsOfPicturesAreRefused() {
    Cli.run("generate", "-p", "a", "-o", folder.resolve("x.JPG").toString())
        .fails(1, "--out: expected a .png file or a folder");
    assertFalse(Files.exists(folder.resolve("x.JPG")));
  }

  @Test
  void quietSaysNothingAndJsonOneObject() {
    String out = folder.resolve("a.png").toString();
    assertEquals(
        "", Cli.run("generate", "-p", "a", "--steps", "1", "-o", out, "-q").succeeds().out());
    assertEquals(
        out,
        Cli.run("--json", "generate", "-p", "a", "--steps", "1", "-o", out)
            .json()
            .at("/pictures/0/file")
            .asText());
  }
}
