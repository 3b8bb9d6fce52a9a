package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.picture.Pictures;
import cadj.cad.picture.PngText;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `--lora` from the command line: pictures, scores and edits of the merged model.
class LoraCommandTest {
  private static final String MODULE = "mid_block.attentions.0.transformer_blocks.0.ff.net.2";
  private static final String TEXT = "text_model.encoder.layers.0.mlp.fc1";

  @TempDir private Path folder;
  private final Map<String, Tensor> merged = new LinkedHashMap<>();
  private TextToImage pipeline;

  /// A LoRA of one denoiser's and one text encoder's module; and what it makes of their weights at
  /// scale 1.5.
  @BeforeEach
  void make() {
    pipeline = TextToImage.load(ModelFiles.open("fashion"));
    SafetensorsWriter writer = new SafetensorsWriter();
    TorchGenerator generator = new TorchGenerator(1);
    Map.of(
            MODULE, List.of("lora_unet_" + MODULE, MODULE),
            TEXT, List.of("lora_te_" + TEXT, "text_encoder." + TEXT))
        .forEach(
            (module, names) -> {
              Tensor w = pipeline.parameters().get(names.getLast() + ".weight");
              Tensor down = TextToImage.noise(Shape.of(2, w.dim(1)), generator);
              Tensor up = TextToImage.noise(Shape.of(w.dim(0), 2), generator);
              String flat = names.getFirst().replace('.', '_');
              writer.add(flat + ".lora_down.weight", down).add(flat + ".lora_up.weight", up);
              float[] out = w.toFloats();
              for (int i = 0; i < out.length; i++) {
                int row = i / w.dim(1);
                int column = i % w.dim(1);
                for (int r = 0; r < 2; r++) {
                  out[i] += (float) (1.5 * up.get(row, r) * down.get(r, column));
                }
              }
              merged.put(names.getLast() + ".weight", Tensor.of(out, w.shape().toArray()));
            });
    writer.write(folder.resolve("lora"));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private int[] pixels(String name) throws IOException {
    return ImageIO.read(folder.resolve(name).toFile()).getRGB(0, 0, 32, 32, null, 0, 32);
  }

  @Test
  void theMergedModelDraws() throws IOException {
    String out = "generate -p bag --steps 2 --seed 4 -o ";
    Cli.run((out + path("plain.png")).split(" ")).succeeds();
    String said =
        Cli.run((out + path("a.png") + " --lora " + path("lora") + ":1.5").split(" "))
            .succeeds()
            .out();
    assertTrue(said.contains(":1.5: merged into 1 module of unet, 1 module of text_encoder"), said);
    Map<String, Tensor> all = new LinkedHashMap<>(pipeline.parameters());
    all.putAll(merged);
    Tensor drawn =
        pipeline
            .with(all)
            .draw(
                List.of("bag"),
                null,
                TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(4)),
                new TextToImage.Settings(2, 7.5, Scheduler.Kind.DDIM),
                Scheduler.Noise.NONE,
                TextToImage.Progress.NONE);
    int[] expected = Pictures.toImage(drawn, 0).getRGB(0, 0, 32, 32, null, 0, 32);
    int[] found = pixels("a.png");
    for (int i = 0; i < expected.length; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        int e = expected[i] >> shift & 0xff;
        int f = found[i] >> shift & 0xff;
        assertTrue(Math.abs(e - f) <= 1, "pixel " + i); // sums in another order
      }
    }
    assertFalse(Arrays.equals(pixels("plain.png"), found));
    assertEquals(
        "[\"" + path("lora") + ":1.5\"]",
        PngText.read(folder.resolve("a.png")).text().get("loras"));
    assertNull(PngText.read(folder.resolve("plain.png")).text().get("loras"));
    Cli.run((out + path("zero.png") + " --lora " + path("lora") + ":0").split(" ")).succeeds();
    assertArrayEquals(pixels("plain.png"), pixels("zero.png"));
  }

  /// What is scored with LoRAs is edited, merged from parts and drawn with the same ones.
  @Test
  void filesRememberTheLora() throws IOException {
    String attribute = "attribute -c bag --steps 1 --schedule-steps 4 --samples 2 -o ";
    String lora = " --lora " + path("lora") + ":0.1";
    Cli.run((attribute + path("plain")).split(" ")).succeeds();
    Cli.run((attribute + path("scores") + lora).split(" ")).succeeds();
    Cli.run((attribute + path("p1") + lora + " --trajectories 1").split(" ")).succeeds();
    Cli.run((attribute + path("p2") + lora + " --trajectories 2").split(" ")).succeeds();
    Cli.run("merge", path("p1"), path("p2"), "-o", path("both")).succeeds();
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("scores")), Files.readAllBytes(folder.resolve("both")));
    Map<String, String> plain = AttributionFile.read(folder.resolve("plain")).metadata();
    Map<String, String> scored = AttributionFile.read(folder.resolve("scores")).metadata();
    assertNotEquals(plain.get("model_sha256"), scored.get("model_sha256"));
    assertNotEquals(plain.get("parts_sha256"), scored.get("parts_sha256"));
    assertNull(plain.get("loras"));
    assertEquals("[\"" + path("lora") + ":0.1\"]", scored.get("loras"));

    Cli.run(("edit -a " + path("scores") + " --erase --ratio 0.1 -o " + path("patch")).split(" "))
        .succeeds();
    String generate = "generate -p bag --steps 1 --patch " + path("patch") + " -o " + path("a.png");
    Cli.run((generate + lora).split(" ")).succeeds();
    Cli.run(generate.split(" ")).fails(1, "made for another model: expected model_sha256");
    Cli.run((generate + " -q" + lora + "5").split(" ")).fails(1, "made for another model");
    Cli.run(
            ("edit -q -a " + path("scores") + " --erase --ratio 0.1 --full " + path("m"))
                .split(" "))
        .succeeds();
    String whole = "generate -p bag --steps 1 -m " + path("m") + " -o " + path("b.png");
    Cli.run(whole.split(" ")).succeeds(); // the LoRA is in its weights
    assertArrayEquals(pixels("a.png"), pixels("b.png"));
    assertEquals(
        1, Cli.run("--json", "inspect", path("scores")).json().at("/metadata/loras").size());
  }

  @Test
  void mistakesAreTold() {
    String generate = "generate -p bag --steps 1 -o " + path("a.png") + " --lora ";
    Cli.run((generate + path("lora") + ":x").split(" ")).fails(2, "expected a number as scale");
    Cli.run((generate + "l:nan").split(" ")).fails(2, "expected a finite scale");
    Cli.run((generate + path("none")).split(" ")).fails(1, "none: expected a file, found none");
    new SafetensorsWriter()
        .add("lora_unet_x.lora_down.weight", Tensor.of(new float[2], 1, 2))
        .add("lora_unet_x.lora_up.weight", Tensor.of(new float[2], 2, 1))
        .write(folder.resolve("other"));
    Cli.run((generate + path("other")).split(" "))
        .fails(1, "lora_unet_x.lora_down.weight: expected a linear layer or convolution");
  }
}
