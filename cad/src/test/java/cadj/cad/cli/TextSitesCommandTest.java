package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.picture.Pictures;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
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

/// Text encoders scored, edited and drawn with, from the command line.
class TextSitesCommandTest {
  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Cli run(String line, String... paths) {
    String[] args = line.split(" +");
    int next = 0;
    for (int i = 0; i < args.length; i++) {
      args[i] = args[i].equals("@") ? paths[next++] : args[i];
    }
    return Cli.run(args);
  }

  private Cli attribute(String line, String out) {
    return run(
        "attribute -c bag --steps 2 --schedule-steps 4 --samples 2 --sites text-ff,text-norm,ff "
            + line
            + " -o @",
        path(out));
  }

  private int[] pixels(String name) throws IOException {
    return ImageIO.read(folder.resolve(name).toFile()).getRGB(0, 0, 32, 32, null, 0, 32);
  }

  @Test
  void partsMergeToTheBitsOfOneRun() throws IOException {
    attribute("", "all").succeeds();
    attribute("--trajectories 1", "a").succeeds();
    attribute("--trajectories 2", "b").succeeds();
    run("merge @ @ -o @", path("b"), path("a"), path("merged")).succeeds();
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("all")), Files.readAllBytes(folder.resolve("merged")));
    String report = run("inspect @", path("all")).succeeds().out();
    assertTrue(report.contains("text 0  layer_norm1 "), report);
    assertTrue(report.contains("ff,text-ff,text-norm"), report);
  }

  @Test
  void patchesAndFoldersChangeTheEncoder() throws IOException {
    attribute("", "scores").succeeds();
    run("edit -a @ --erase --ratio 0.1 -o @", path("scores"), path("patch")).succeeds();
    Patch patch = Patch.read(folder.resolve("patch"));
    String fc1 = "text_encoder.text_model.encoder.layers.0.mlp.fc1.weight";
    assertTrue(patch.changes().containsKey(fc1), patch.changes().keySet().toString());
    run("generate -p bag --steps 2 --seed 4 -o @", path("before.png")).succeeds();
    run("generate -p bag --steps 2 --seed 4 --patch @ -o @", path("patch"), path("patched.png"))
        .succeeds();

    // the same by hand: zeroed weights in both networks, then a picture
    TextToImage pipeline = TextToImage.load(ModelFiles.open("fashion"));
    Map<String, Tensor> zeroed = new LinkedHashMap<>(pipeline.denoiser().parameters());
    Map<String, Tensor> text = new LinkedHashMap<>(pipeline.text().parameters());
    patch
        .changes()
        .forEach(
            (key, change) -> {
              Map<String, Tensor> of = text.containsKey(key) ? text : zeroed;
              float[] values = of.get(key).toFloats();
              for (int index : ((Change.Scaled) change).indices()) {
                values[index] = 0;
              }
              of.put(key, Tensor.of(values, of.get(key).shape().toArray()));
            });
    TextToImage edited =
        new TextToImage(
            pipeline.text().with(text),
            pipeline.denoiser().with(zeroed),
            pipeline.vae(),
            pipeline.schedule());
    Tensor drawn =
        edited.draw(
            List.of("bag"),
            null,
            TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(4)),
            new TextToImage.Settings(2, 7.5, Scheduler.Kind.DDIM),
            Scheduler.Noise.NONE,
            TextToImage.Progress.NONE);
    int[] expected = Pictures.toImage(drawn, 0).getRGB(0, 0, 32, 32, null, 0, 32);
    assertArrayEquals(expected, pixels("patched.png"));
    assertFalse(Arrays.equals(expected, pixels("before.png")));

    run("edit -a @ --erase --ratio 0.1 --full @", path("scores"), path("model")).succeeds();
    run("generate -p bag --steps 2 --seed 4 -m @ -o @", path("model"), path("folder.png"))
        .succeeds();
    assertArrayEquals(expected, pixels("folder.png"));
    String reverted =
        run("apply @ @ --revert --full @", path("model"), path("patch"), path("back"))
            .succeeds()
            .out();
    assertTrue(reverted.contains("the original's, byte for byte"), reverted);
    assertEquals(
        ModelFiles.open("fashion").textEncodersHash(),
        ModelFiles.open(path("back")).textEncodersHash());
  }

  /// A patch of the encoder alone fits no model with another encoder.
  @Test
  void aPatchKnowsItsEncoder() {
    run("attribute -c bag --steps 1 --schedule-steps 4 --sites text-attention -o @", path("scores"))
        .succeeds();
    run("edit -a @ --erase --ratio 0.1 -o @", path("scores"), path("patch")).succeeds();
    run("apply fashion @ --full @", path("patch"), path("model")).succeeds();
    assertEquals(
        ModelFiles.open("fashion").denoiserHash(), ModelFiles.open(path("model")).denoiserHash());
    String refusal = "made for another model: expected text_encoders_sha256";
    run(
            "generate -p bag --steps 1 -m @ --patch @ -o @",
            path("model"),
            path("patch"),
            path("x.png"))
        .fails(1, refusal);
    run("apply @ @ --full @", path("model"), path("patch"), path("twice")).fails(1, refusal);
    run("edit -a @ -m @ --erase --ratio 0.1 -o @", path("scores"), path("model"), path("q"))
        .fails(1, refusal);
    run("attribute -c bag --mode reference --sites text-ff -o @", path("r"))
        .fails(1, "sites: reference mode scores the denoiser only");
    run("attribute -c bag --sites text -o @", path("r")).fails(2, "text");
  }
}
