package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.picture.Pictures;
import cadj.cad.picture.PngText;
import cadj.kernels.random.Generator;
import cadj.kernels.random.TorchCudaGenerator;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.files.PlantedFolder;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `cadj generate` with many pictures: seeds, sizes, lists of prompts, what is there already.
class GenerateManyTest {
  @TempDir private Path folder;

  private Cli generate(String... args) {
    List<String> all = new ArrayList<>(List.of("generate", "--steps", "2"));
    Collections.addAll(all, args);
    return Cli.run(all.toArray(String[]::new));
  }

  private Path in(String name) {
    return folder.resolve(name);
  }

  private int[] pixels(String name) throws IOException {
    BufferedImage image = ImageIO.read(in(name).toFile());
    return pixels(image);
  }

  private static int[] pixels(BufferedImage image) {
    int w = image.getWidth();
    return image.getRGB(0, 0, w, image.getHeight(), null, 0, w);
  }

  private List<String> names(String name) throws IOException {
    try (Stream<Path> files = Files.list(in(name))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /// The picture by the pipeline's own parts, all noise from `generator`.
  private static int[] plainLoop(String model, String prompt, Generator generator, int h, int w) {
    TextToImage pipeline = TextToImage.load(ModelFiles.open(model));
    int factor = pipeline.vae().config().downsampleFactor();
    Tensor x =
        TextToImage.noise(
            Shape.of(1, pipeline.denoiser().latentForm().channels(), h / factor, w / factor),
            generator);
    var text = pipeline.text().encode(List.of(prompt), h, w);
    Tensor latents =
        pipeline.denoise(
            x,
            text,
            pipeline.text().encodeNegative(null, text, h, w),
            new TextToImage.Settings(2, 7.5, Scheduler.Kind.EULER_ANCESTRAL),
            like -> TextToImage.noise(like.shape(), generator),
            TextToImage.Progress.NONE);
    return pixels(Pictures.toImage(pipeline.decode(latents), 0));
  }

  /// Each of many has its own seed, and is drawn again from what it carries, to the byte.
  @Test
  void anyPictureOfManyIsDrawnAgainAlone() throws IOException {
    generate(
            "-p",
            "a bag",
            "-p",
            "a coat",
            "--count",
            "2",
            "--seed",
            "5",
            "--scheduler",
            "euler_ancestral",
            "-o",
            in("many").toString())
        .succeeds();
    List<String> names =
        List.of("0001-1-a-bag.png", "0001-2-a-bag.png", "0002-1-a-coat.png", "0002-2-a-coat.png");
    assertEquals(names, names("many"));
    for (int i = 0; i < 4; i++) {
      Map<String, String> text = PngText.read(in("many/" + names.get(i))).text();
      assertEquals(Integer.toString(5 + i), text.get("seed"));
      String again = "again-" + i + ".png";
      generate(
              "-p",
              text.get("prompt"),
              "--seed",
              text.get("seed"),
              "--scheduler",
              text.get("scheduler"),
              "-o",
              in(again).toString())
          .succeeds();
      assertArrayEquals(
          Files.readAllBytes(in("many/" + names.get(i))), Files.readAllBytes(in(again)));
      assertArrayEquals(
          plainLoop("fashion", text.get("prompt"), new TorchGenerator(5 + i), 32, 32),
          pixels(again));
    }
  }

  @Test
  void noiseOfAGpu() throws IOException {
    generate(
            "-p",
            "a bag",
            "--seed",
            "7",
            "--rng",
            "torch-cuda",
            "--scheduler",
            "euler_ancestral",
            "-o",
            in("a.png").toString())
        .succeeds();
    assertArrayEquals(
        plainLoop("fashion", "a bag", new TorchCudaGenerator(7), 32, 32), pixels("a.png"));
    assertEquals("torch-cuda", PngText.read(in("a.png")).text().get("rng"));
    assertFalse(
        Arrays.equals(
            plainLoop("fashion", "a bag", new TorchGenerator(7), 32, 32), pixels("a.png")));
  }

  /// XL's time ids follow, which a picture of another size with the same latents would not have.
  @ParameterizedTest
  @ValueSource(strings = {"sd1-tiny", "sdxl-tiny"})
  void sizes(String model) throws IOException {
    PlantedFolder.copy(model, in("model"));
    String path = in("model").toString();
    generate(
            "-m",
            path,
            "-p",
            "a red bus",
            "--width",
            "24",
            "--height",
            "14",
            "--scheduler",
            "euler_ancestral",
            "-o",
            in("a.png").toString())
        .succeeds();
    Map<String, String> text = PngText.read(in("a.png")).text();
    assertEquals("24", text.get("width"));
    assertEquals("14", text.get("height"));
    assertArrayEquals(plainLoop(path, "a red bus", new TorchGenerator(0), 14, 24), pixels("a.png"));
    generate("-m", path, "-p", "a", "--width", "24", "-o", in("b.png").toString()).succeeds();
    assertEquals(24, PngText.read(in("b.png")).width());
    assertEquals(
        TextToImage.load(ModelFiles.open(path)).latentShape(1).dim(2) * 2,
        PngText.read(in("b.png")).height());
    generate("-m", path, "-p", "a", "--width", "25")
        .fails(1, "--width: expected a multiple of 2, the pixels of one latent or patch, got 25");
    generate("-m", path, "-p", "a", "--height", "0").fails(1, "--height: expected a multiple of 2");
  }

  private static final String TABLE =
      """
      case_number,prompt,evaluation_seed,guidance,negative_prompt,steps,width,artist
      7,"a bag,
      red",40,3,,,,x
      8,a coat,,,a bag,1,40,y
      9,,50,1,,,,z
      """;

  @Test
  void rowsSayWhatOptionsWouldSay() throws IOException {
    Files.writeString(in("p.csv"), TABLE);
    JsonNode told =
        Cli.run(
                "--json",
                "generate",
                "--prompts",
                in("p.csv").toString(),
                "--steps",
                "2",
                "--count",
                "2",
                "--seed",
                "100",
                "--negative",
                "a shirt",
                "-o",
                in("out").toString())
            .json();
    assertEquals(
        List.of("7_0.png", "7_1.png", "8_0.png", "8_1.png", "9_0.png", "9_1.png"), names("out"));
    long[] seeds = {40, 41, 102, 103, 50, 51};
    for (int i = 0; i < 6; i++) {
      assertEquals(seeds[i], told.at("/pictures/" + i + "/seed").asLong());
    }
    assertEquals("[\"artist\"]", told.at("/ignored_columns").toString());
    assertEquals(6, told.at("/drawn").asInt());
    assertEquals(in("out/7_1.png").toString(), told.at("/pictures/1/file").asText());

    generate(
            "-p",
            "a bag,\nred",
            "--seed",
            "41",
            "--guidance",
            "3",
            "--negative",
            "a shirt",
            "-o",
            in("7.png").toString())
        .succeeds();
    assertArrayEquals(pixels("7.png"), pixels("out/7_1.png"));
    Cli.run(
            "generate",
            "-p",
            "a coat",
            "--seed",
            "102",
            "--negative",
            "a bag",
            "--steps",
            "1",
            "--width",
            "40",
            "-o",
            in("8.png").toString())
        .succeeds();
    assertArrayEquals(pixels("8.png"), pixels("out/8_0.png"));
    generate("-p", "", "--seed", "50", "--guidance", "1", "-o", in("9.png").toString()).succeeds();
    assertArrayEquals(pixels("9.png"), pixels("out/9_0.png"));
  }

  @Test
  void rangesDrawTheirRowsOfTheWhole() throws IOException {
    Files.writeString(in("p.txt"), "# mine\na bag\n\na coat\na 🔥 猫\n");
    String list = in("p.txt").toString();
    generate("--prompts", list, "-o", in("all").toString()).succeeds();
    assertEquals(List.of("0001-a-bag.png", "0002-a-coat.png", "0003-a.png"), names("all"));
    generate("--prompts", list, "--rows", "2-", "-o", in("some").toString()).succeeds();
    assertEquals(List.of("0002-a-coat.png", "0003-a.png"), names("some"));
    assertArrayEquals(pixels("all/0003-a.png"), pixels("some/0003-a.png"));
    assertEquals("a 🔥 猫", PngText.read(in("some/0003-a.png")).text().get("prompt"));
    generate("--prompts", list, "--rows", "4")
        .fails(1, "--rows: expected some of the 3 rows, got 4");
    generate("--prompts", list, "--rows", "3-2").fails(1, "--rows: expected a range such as 10-20");
  }

  /// What is there with the same settings stays untouched; what differs is refused, or drawn over.
  @Test
  void interruptedRunsGoOn() throws IOException {
    Files.writeString(in("p.csv"), TABLE);
    String[] args = {"--prompts", in("p.csv").toString(), "-o", in("out").toString()};
    generate(args).succeeds();
    byte[] second = Files.readAllBytes(in("out/8_0.png"));
    Files.delete(in("out/8_0.png"));
    FileTime old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(in("out/7_0.png"), old);
    String told = generate(args).succeeds().out();
    assertTrue(told.contains("2 of 3 pictures are there already"), told);
    assertArrayEquals(second, Files.readAllBytes(in("out/8_0.png")));
    assertEquals(old, Files.getLastModifiedTime(in("out/7_0.png")));

    Files.delete(in("out/8_0.png"));
    String[] other = Arrays.copyOf(args, args.length + 2);
    other[args.length] = "--guidance";
    other[args.length + 1] = "2";
    generate(args).succeeds();
    generate(other).fails(1, in("out/8_0.png") + ": guidance: expected \"2.0\", to go on");
    String[] over = Arrays.copyOf(other, other.length + 1);
    over[other.length] = "--overwrite";
    generate(over).succeeds();
    assertEquals("2.0", PngText.read(in("out/8_0.png")).text().get("guidance"));
    assertTrue(Files.getLastModifiedTime(in("out/7_0.png")).compareTo(old) > 0);
  }

  @Test
  void whatARowCannotHaveIsToldBeforeAnythingIsDrawn() throws IOException {
    Files.writeString(in("p.csv"), "prompt,width,steps\na,32,\nb,33,\n");
    String[] args = {"--prompts", in("p.csv").toString(), "-o", in("out").toString()};
    generate(args)
        .fails(
            1,
            "p.csv: row 2: width: expected a multiple of 4, the pixels of one latent or patch,"
                + " found 33");
    Files.writeString(in("p.csv"), "prompt,width,steps\na,32,\nb,32,5000\n");
    generate(args).fails(1, "p.csv: row 2: steps: expected a number of steps");
    assertFalse(Files.exists(in("out")));
  }

  @Test
  void argumentsThatDoNotGoTogether() {
    generate().fails(2, "--prompt");
    generate("-p", "a", "--prompts", "b").fails(2, "mutually exclusive");
    generate("-p", "a", "--rows", "1").fails(2, "--rows: expected with --prompts");
    generate("-p", "a", "--overwrite").fails(2, "--overwrite: expected with --prompts");
    generate("-p", "a", "--count", "0").fails(1, "--count: expected 1 to");
    generate("-p", "a", "--rng", "mt").fails(2, "torch-cpu");
    generate("-p", "a", "--latents", "x", "--width", "8").fails(1, "--latents: its size decides");
    generate("--prompts", "nowhere.csv").fails(1, "nowhere.csv: expected a file of prompts");
  }

  /// Sample by sample; the noise of steps still comes from the pictures' seeds.
  @Test
  void latentsOfEachPicture() throws IOException {
    TextToImage model = TextToImage.load(ModelFiles.open("fashion"));
    Tensor noise = TextToImage.noise(model.latentShape(2).with(0, 2), new TorchGenerator(1));
    Path file = in("n.safetensors");
    new SafetensorsWriter().add("x", noise).write(file);
    new SafetensorsWriter().add("x", noise.slice(0, 1, 2).contiguous()).write(in("1.safetensors"));
    String sampler = "euler_ancestral";
    generate(
            "-p",
            "a bag",
            "-p",
            "a coat",
            "--latents",
            file.toString(),
            "--scheduler",
            sampler,
            "--seed",
            "3",
            "-o",
            in("o").toString())
        .succeeds();
    generate(
            "-p",
            "a coat",
            "--latents",
            in("1.safetensors").toString(),
            "--scheduler",
            sampler,
            "--seed",
            "4",
            "-o",
            in("b.png").toString())
        .succeeds();
    assertArrayEquals(pixels("b.png"), pixels("o/0002-a-coat.png"));
    assertEquals("2", PngText.read(in("o/0002-a-coat.png")).text().get("sample"));
    assertFalse(PngText.read(in("b.png")).text().containsKey("sample"));
  }

  @Test
  void whatIsNoNumberStopsWithOneLine() {
    PlantedFolder.copy("sd1-tiny", in("model"));
    String weights = "vae/diffusion_pytorch_model";
    PlantedFolder.plant(in("model"), weights, "decoder.conv_in.bias", Float.NaN);
    generate("-m", in("model").toString(), "-p", "a", "-o", in("a.png").toString())
        .fails(
            1,
            "NaN in decoder.conv_in of the vae, whose bias has NaN: the model's file is damaged");
    assertFalse(Files.exists(in("a.png")));
    Path file = in("n.safetensors");
    float[] values = new float[256];
    values[3] = Float.POSITIVE_INFINITY;
    new SafetensorsWriter().add("x", Tensor.of(values, 1, 4, 8, 8)).write(file);
    generate("-p", "a", "--latents", file.toString()).fails(1, "infinity in the start noise");
  }

  /// What inspect says draws the same picture.
  @Test
  void inspectTellsTheCommand() throws IOException {
    generate("-p", "it's a bag", "--seed", "6", "-o", in("a.png").toString()).succeeds();
    String command =
        Cli.run("inspect", in("a.png").toString(), "--json").json().at("/redraw").asText();
    assertEquals(
        "cadj generate --model=fashion --prompt='it'\\''s a bag' --seed=6 --width=32 --height=32"
            + " --steps=2 --guidance=7.5 --scheduler=ddim --out=again.png",
        command);
    String told = Cli.run("inspect", in("a.png").toString()).succeeds().out();
    assertTrue(told.contains(command), told);
    String again = in("again.png").toString();
    String[] args =
        command
            .replace("'it'\\''s a bag'", "it's_a_bag")
            .replace("again.png", again)
            .substring("cadj ".length())
            .split(" ");
    for (int i = 0; i < args.length; i++) {
      args[i] = args[i].replace("it's_a_bag", "it's a bag");
    }
    Cli.run(args).succeeds();
    assertArrayEquals(Files.readAllBytes(in("a.png")), Files.readAllBytes(in("again.png")));
  }

  @Test
  void whatIsCutOffIsTold() {
    String prompt = "a bag and ".repeat(30) + "the end";
    String[] args = {"-p", prompt, "-p", "a", "--negative", prompt, "-o", in("o").toString()};
    String out = generate(args).succeeds().out();
    assertTrue(out.contains("note: cut off, too long for the text encoder"), out);
    String[] json = Arrays.copyOf(args, args.length + 1);
    json[args.length] = "--json";
    JsonNode told = generate(json).json();
    for (String key : List.of("lost", "lost_negative")) {
      String lost = told.at("/pictures/0/" + key).asText();
      assertTrue(lost.endsWith("the end") && lost.length() < prompt.length(), told.toString());
    }
    assertTrue(told.at("/pictures/1/lost").isMissingNode(), told.toString());
    assertEquals(1, told.at("/notes").size());
    json[args.length] = "--long-prompts";
    out = generate(json).succeeds().out();
    assertFalse(out.contains("cut off"), out);
  }
}
