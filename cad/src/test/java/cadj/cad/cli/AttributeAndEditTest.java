package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.picture.PngFile;
import cadj.cad.picture.PngText;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.safetensors.StoredTensor;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cadj attribute`, `edit` and `generate --patch` in a row, on the embedded model.
class AttributeAndEditTest {
  @TempDir private Path folder;
  private String scores;
  private String patch;

  @BeforeEach
  void names() {
    scores = folder.resolve("bag.safetensors").toString();
    patch = folder.resolve("patch.safetensors").toString();
  }

  private static Cli run(String line, String... paths) {
    String[] args = line.split(" ");
    int next = 0;
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("@")) {
        args[i] = paths[next++];
      }
    }
    return Cli.run(args);
  }

  private Cli attribute(String line) {
    return run("attribute -c bag --steps 2 --schedule-steps 4 -o @ " + line, scores);
  }

  @Test
  void aConceptIsScoredEditedAndDrawnWithout() throws IOException {
    attribute("--seed 1").succeeds();
    assertTrue(
        run("edit -a @ --erase --ratio 0.05 -o @", scores, patch)
            .succeeds()
            .out()
            .contains("of 933,888 scored weights zeroed"));
    String before = folder.resolve("before.png").toString();
    String after = folder.resolve("after.png").toString();
    run("generate -p bag --steps 2 -o @", before).succeeds();
    run("generate -p bag --steps 2 -o @ --patch @", after, patch).succeeds();
    assertFalse(
        Arrays.equals(Files.readAllBytes(Path.of(before)), Files.readAllBytes(Path.of(after))));
    assertEquals("[\"" + patch + "\"]", PngText.read(Path.of(after)).text().get("patches"));
    Map<String, String> metadata = Patch.read(Path.of(patch)).metadata();
    assertEquals("bag", metadata.get("concept"));
    assertEquals("positive", metadata.get("edit"));
    assertEquals("row", metadata.get("per"));
    assertEquals("ratio 0.05", metadata.get("amount"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(4, files.count()); // and nothing unfinished
    }
  }

  @Test
  void aWholeEditedModelDrawsWhatThePatchDraws() throws IOException {
    attribute("").succeeds();
    String model = folder.resolve("model").toString();
    run("edit -a @ --both --per matrix --count 500 -o @", scores, patch).succeeds();
    run("edit -a @ --both --per matrix --count 500 --full @", scores, model).succeeds();
    String a = folder.resolve("a.png").toString();
    String b = folder.resolve("b.png").toString();
    run("generate -p bag --steps 2 -o @ --patch @", a, patch).succeeds();
    run("generate -p bag --steps 2 -o @ -m @", b, model).succeeds();
    assertArrayEquals(pixels(a), pixels(b));
    run("edit -a @ --both --count 1 --full @", scores, model).fails(1, "exists already");
    String card = Files.readString(Path.of(model, "README.md"));
    assertTrue(card.contains("| concept | bag |"), card);

    String applied = folder.resolve("applied").toString();
    run("apply fashion @ --full @", patch, applied).succeeds();
    assertArrayEquals(weights(model), weights(applied));
    run("apply @ @ --full @", applied, patch, folder.resolve("twice").toString())
        .fails(1, "made for another model");
    String reverted = folder.resolve("reverted").toString();
    String said = run("apply @ @ --revert --full @", applied, patch, reverted).succeeds().out();
    assertTrue(said.contains("the original's, byte for byte"), said);
    assertEquals(
        ModelFiles.open("fashion").denoiserHash(), ModelFiles.open(reverted).denoiserHash());
    run("apply fashion @ --revert --full @", patch, folder.resolve("never").toString())
        .fails(1, "the patches were not applied to this model");
  }

  private static byte[] weights(String model) throws IOException {
    return Files.readAllBytes(Path.of(model, "unet", "diffusion_pytorch_model.safetensors"));
  }

  @Test
  void theSpreadOfPredictionsIsKept() {
    attribute("--samples 2 --sites norm --spread --estimator mean-point:p=0.1").succeeds();
    AttributionResult found = AttributionFile.read(Path.of(scores));
    assertEquals(2, found.trajectories().size());
    assertEquals("mean-point:p=0.1,probes=2", found.metadata().get("estimator"));
    assertNotEquals(found.objectives()[0], found.expansions()[0]);
    String shown = run("inspect @", scores).succeeds().out();
    assertTrue(shown.contains("spread known from 2 trajectories"), shown);
    attribute("--spread --trajectories 1")
        .fails(1, "--spread: not with --trajectories; cadj merge has it");
    String part = folder.resolve("part").toString();
    String merged = folder.resolve("merged").toString();
    run(
            "attribute -c bag --steps 1 --schedule-steps 4 --samples 2 --sites norm --trajectories"
                + " 1-2 -o @",
            part)
        .succeeds();
    run("merge @ --spread -o @", part, merged).succeeds();
    assertEquals(2, AttributionFile.read(Path.of(merged)).trajectories().size());
    run("merge @ -o @", part, merged).succeeds();
    assertEquals(0, AttributionFile.read(Path.of(merged)).trajectories().size());
  }

  @Test
  void whatScoresNothingIsTold() {
    attribute("-p x --base x").fails(1, "--prompt: expected another text than --base");
    assertFalse(Files.exists(Path.of(scores)));
    // words that the tokenizer cleans to the same ids
    JsonNode told =
        run("attribute -c bag --base BAG --steps 1 --schedule-steps 4 --json -o @", scores).json();
    assertEquals(
        "J is zero: to this model the prompt is the same as --base, and scores tell only what"
            + " breaks it",
        told.at("/notes/0").asText());
    told =
        run(
                "attribute -c bag --base BAG --steps 1 --schedule-steps 4 --estimator first-order"
                    + " --json -o @",
                scores)
            .json();
    assertEquals(
        "all scores are zero: nothing that was scored changes the objective",
        told.at("/notes/0").asText());
    JsonNode edited = run("edit -a @ --both --ratio 0.0001 --json -o @", scores, patch).json();
    assertEquals(0, edited.get("zeroed").asInt());
    assertTrue(edited.at("/notes/0").asText().startsWith("nothing is zeroed"), edited.toString());
  }

  @Test
  void whatIsCutOffIsTold() {
    String tooLong = "bag" + ",bag".repeat(60);
    JsonNode told =
        run("attribute -c @ --steps 1 --schedule-steps 4 --json -o @", tooLong, scores).json();
    assertTrue(told.at("/notes/0").asText().startsWith("cut off, too long"), told.toString());
  }

  @Test
  void aMissingInputIsToldThoughTheOutputIsThere() throws IOException {
    Files.writeString(Path.of(patch), "precious");
    run("edit -a @ --erase --count 1 -o @", scores, patch).fails(1, scores + ": expected a file");
    assertEquals("precious", Files.readString(Path.of(patch)));
  }

  /// In the weights, where the prediction is no number; in a bias that only the gradient reads.
  @Test
  void whatIsNoNumberStopsTheRunWhereItAppears() throws IOException {
    Path model = folder.resolve("broken");
    run("convert fashion --to @", model.toString()).succeeds();
    Path file = model.resolve("unet/diffusion_pytorch_model.safetensors");
    String key = "mid_block.attentions.0.transformer_blocks.0.ff.net.2.bias";
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      Checkpoint.Extent extent = weights.extent(key).orElseThrow();
      Tensor bias = weights.tensor(key);
      float[] values = bias.toFloats();
      values[3] = Float.NaN;
      StoredTensor.overwrite(
          file, extent.position(), weights.dtype(key), Tensor.of(values, values.length));
    }
    attribute("-m " + model)
        .fails(1, "NaN in mid_block.attentions.0.transformer_blocks.0.ff.net.2");
    assertFalse(Files.exists(Path.of(scores)));
  }

  @Test
  void severalAttributionsAreOneEdit() {
    attribute("").succeeds();
    String other = folder.resolve("dress.safetensors").toString();
    run("attribute -c dress --steps 2 --schedule-steps 4 -o @", other).succeeds();
    String[] files = {patch, folder.resolve("q.safetensors").toString()};
    run("edit -a @ --erase --ratio 0.02 -o @", scores, files[0]).succeeds();
    run("edit -a @ --erase --ratio 0.02 -o @", other, files[1]).succeeds();
    String both = folder.resolve("both.safetensors").toString();
    run("edit -a @ -a @ --erase --ratio 0.02 -o @", scores, other, both).succeeds();
    Map<String, TreeSet<Integer>> expected = new TreeMap<>();
    for (String file : files) {
      Patch.read(Path.of(file))
          .changes()
          .forEach(
              (name, change) -> {
                for (int index : ((Change.Scaled) change).indices()) {
                  expected.computeIfAbsent(name, _ -> new TreeSet<>()).add(index);
                }
              });
    }
    Patch found = Patch.read(Path.of(both));
    assertEquals(expected.keySet(), new TreeSet<>(found.changes().keySet()));
    found
        .changes()
        .forEach(
            (name, change) ->
                assertArrayEquals(
                    expected.get(name).stream().mapToInt(i -> i).toArray(),
                    ((Change.Scaled) change).indices()));
    assertEquals("[\"bag\",\"dress\"]", found.metadata().get("concept"));
    assertEquals("fashion", found.metadata().get("model"));
  }

  private static int[] pixels(String file) throws IOException {
    return ImageIO.read(Path.of(file).toFile()).getRGB(0, 0, 32, 32, null, 0, 32);
  }

  @Test
  void metadataSaysHowToMakeItAgain() {
    attribute("-p bag -p x --base photo --seed 3 --samples 2 --guidance 2 --sites norm").succeeds();
    Map<String, String> metadata = AttributionFile.read(Path.of(scores)).metadata();
    Map.of(
            "model", "fashion",
            "concept", "bag",
            "prompts", "[\"bag\",\"x\"]",
            "base", "photo",
            "seed", "3",
            "samples", "2",
            "guidance", "2.0",
            "sites", "norm",
            "steps", "2",
            "schedule_steps", "4")
        .forEach((key, value) -> assertEquals(value, metadata.get(key), key));
    assertEquals(64, metadata.get(Patch.MODEL_HASH).length());
  }

  @Test
  void theModesSayWhatTheyScored() {
    attribute("").succeeds();
    AttributionResult corrected = AttributionFile.read(Path.of(scores));
    attribute("--mode reference").succeeds();
    AttributionResult reference = AttributionFile.read(Path.of(scores));
    assertEquals("corrected", corrected.metadata().get("mode"));
    assertEquals("reference", reference.metadata().get("mode"));
    // of 751, 501, 251, 1: spread evenly, or the noisiest first
    assertArrayEquals(new double[] {501, 1}, corrected.timesteps());
    assertArrayEquals(new double[] {751, 501}, reference.timesteps());
  }

  @Test
  void amplifyOnDrawnAndOnRealPictures() throws IOException {
    String common = "--objective amplify --sites norm ";
    attribute(common + "--pictures 2").succeeds();
    assertEquals("2", AttributionFile.read(Path.of(scores)).metadata().get("pictures"));
    attribute(common + "--pictures 1 --mode reference").succeeds();
    // of 751, 501, 251, 1: the cleanest, least noise first
    assertArrayEquals(new double[] {1, 251}, AttributionFile.read(Path.of(scores)).timesteps());
    Path pictures = folder.resolve("pictures");
    PngFile.write(
        pictures.resolve("a.png"), new BufferedImage(40, 50, BufferedImage.TYPE_INT_RGB), Map.of());
    attribute(common + "--images " + pictures).succeeds();
    Map<String, String> metadata = AttributionFile.read(Path.of(scores)).metadata();
    assertEquals(pictures.toString(), metadata.get("pictures"));
    assertTrue(metadata.containsKey("pictures_hash"));
    Files.writeString(pictures.resolve("b.png"), "no picture");
    attribute(common + "--images " + pictures).fails(1, "b.png: expected a PNG or JPEG picture");
  }

  @Test
  void gradientsAreKeptWhereAsked() {
    attribute("--grads").succeeds();
    AttributionResult result = AttributionFile.read(Path.of(scores));
    assertEquals(result.scores().keySet(), result.sums().get("grad").keySet());
  }

  @Test
  void partsMergedAreTheWhole() throws IOException {
    String run = "-p bag -p coat --samples 2 --sites norm ";
    attribute(run + "--grads").succeeds();
    byte[] whole = Files.readAllBytes(Path.of(scores));
    List<String> parts = new ArrayList<>();
    for (String range : List.of("3-4", "1", "2")) {
      String part = folder.resolve("part" + range).toString();
      JsonNode said =
          run(
                  "attribute -c bag --steps 2 --schedule-steps 4 "
                      + run
                      + "--trajectories "
                      + range
                      + " --json -o @",
                  part)
              .json();
      assertEquals(range, said.get("trajectories").asText());
      assertEquals(4, said.get("all_trajectories").asInt());
      parts.add(part);
    }
    Files.delete(Path.of(scores));
    run("merge @ @ @ --grads -o @", parts.get(0), parts.get(1), parts.get(2), scores).succeeds();
    assertArrayEquals(whole, Files.readAllBytes(Path.of(scores)));
    run("merge @ -o @", parts.get(0), scores)
        .fails(1, "merge: none of the parts has trajectory 1-2 of 4");
    run("merge @ -o @", scores, folder.resolve("x").toString())
        .fails(1, "expected attribution-part, found attribution");
    run("merge @ -o @", parts.get(0), parts.get(0)).fails(1, "expected another file");
    attribute("--trajectories 2-1").fails(2, "expected a range such as 3-5");
    attribute("--trajectories 2").fails(1, "expected some of 1-1, got 2");
    attribute("--trajectories 1 --grads").fails(1, "--grads: not with --trajectories");
  }

  @Test
  void theModelsOwnSamplerIsScoredOrTheOneAskedFor() {
    attribute("--sites norm").succeeds();
    AttributionResult own = AttributionFile.read(Path.of(scores));
    assertEquals("ddim", own.metadata().get("scheduler"));
    attribute("--sites norm --scheduler pndm").succeeds();
    AttributionResult pndm = AttributionFile.read(Path.of(scores));
    assertEquals("pndm", pndm.metadata().get("scheduler"));
    assertNotEquals(own.objectives()[1], pndm.objectives()[1]);
    attribute("--mode reference --scheduler pndm").fails(1, "reference mode samples with ddim");
  }

  @Test
  void anUnknownEstimatorIsToldWhichThereAre() {
    attribute("--estimator best")
        .fails(2, "estimator: expected first-order or shrunk:p=0.05 or mean-point:p=0.05,probes=2");
  }

  @Test
  void bitsDoNotDependOnThreads() throws IOException {
    byte[][] files = new byte[2][];
    for (int threads = 1; threads <= 2; threads++) {
      Device.with(new Cpu(threads), () -> attribute("--samples 2 --grads").succeeds());
      files[threads - 1] = Files.readAllBytes(Path.of(scores));
    }
    assertArrayEquals(files[0], files[1]);
  }

  @Test
  void unfinishedWorkOfOtherSettingsIsRefusedAndDamagedToo() throws IOException {
    Path partial = Path.of(scores + ".partial");
    new SafetensorsWriter().metadata("concept", "coat").metadata("next_point", "1").write(partial);
    attribute("").fails(1, "an unfinished run of other settings; delete it to start anew");
    Files.writeString(partial, "x");
    attribute("").fails(1, partial.toString());
    assertFalse(Files.exists(Path.of(scores)));
  }

  @Test
  void anAttributionOfAnotherModelIsRefused() {
    attribute("--sites norm").succeeds();
    AttributionResult result = AttributionFile.read(Path.of(scores));
    rewrite(result, Map.of("model", "fashion", Patch.MODEL_HASH, "abc"));
    run("edit -a @ --erase --count 1 -o @", scores, patch)
        .fails(1, "made for another model: expected model_sha256");
    rewrite(result, Map.of(Patch.MODEL_HASH, "abc"));
    run("edit -a @ --erase --count 1 -o @", scores, patch).fails(1, "say which with --model");
    assertFalse(Files.exists(Path.of(patch)));
  }

  private void rewrite(AttributionResult result, Map<String, String> metadata) {
    AttributionFile.write(
        Path.of(scores),
        new AttributionResult(
            result.scores(),
            result.sums(),
            result.timesteps(),
            result.positive(),
            result.negative(),
            result.objectives(),
            metadata));
  }

  @Test
  void damagedPatchesAreRefused() throws IOException {
    attribute("").succeeds();
    run("edit -a @ --erase --ratio 0.05 -o @", scores, patch).succeeds();
    byte[] whole = Files.readAllBytes(Path.of(patch));
    Files.write(Path.of(patch), Arrays.copyOf(whole, whole.length - 9));
    run("generate -p bag --steps 1 --patch @", patch).fails(1, patch + ": ");
    run("generate -p bag --steps 1 --patch @", scores)
        .fails(1, "expected patch, found attribution");
    new Patch(new LinkedHashMap<>(), Map.of(Patch.MODEL_HASH, "abc")).write(Path.of(patch));
    run("generate -p bag --steps 1 --patch @", patch).fails(1, "made for another model");
  }

  @Test
  void anEditOfNothingSaysSo() {
    attribute("").succeeds();
    assertTrue(
        run("edit -a @ --erase --ratio 0.001 -o @", scores, patch)
            .succeeds()
            .out()
            .contains("nothing is zeroed"));
  }

  @Test
  void jsonIsOneObjectAndQuietSaysNothing() {
    JsonNode made = attribute("--json").json();
    assertEquals(14, made.get("parameters").asInt());
    assertEquals(2, made.get("objectives").size());
    assertTrue(made.get("steps").isInt() && made.get("guidance").isDouble(), made.toString());
    JsonNode edited = run("edit -a @ --erase --count 1 -o @ --json", scores, patch).json();
    assertEquals(Patch.read(Path.of(patch)).size(), edited.get("zeroed").asLong());
    assertEquals("", attribute("--quiet").succeeds().out());
    assertEquals("", run("edit -a @ --erase --count 1 -o @ -q", scores, patch).succeeds().out());
    assertEquals(List.of("", ""), List.of(attribute("-q").err(), attribute("--json").err()));
  }

  private Patch edited(String line, String... paths) {
    run("edit -o @ " + line, concat(patch, paths)).succeeds();
    return Patch.read(Path.of(patch));
  }

  private static String[] concat(String first, String... others) {
    return Stream.concat(Stream.of(first), Stream.of(others)).toArray(String[]::new);
  }

  @Test
  void neuronsHeadsAndDoses() {
    attribute("--seed 1 --sites ff,attention").succeeds();
    Patch neuron = edited("-a @ --erase --per neuron --count 1", scores);
    assertEquals(2, neuron.changes().size());
    assertTrue(neuron.changes().keySet().stream().allMatch(name -> name.contains(".ff.net.")));
    assertEquals("neuron", neuron.metadata().get("per"));
    Patch head = edited("-a @ --erase --per head --count 1 --dose 0.75", scores);
    assertEquals(4, head.changes().size());
    assertTrue(head.changes().keySet().stream().allMatch(name -> name.contains(".attn")));
    head.changes()
        .values()
        .forEach(
            change -> {
              for (float factor : ((Change.Scaled) change).factors()) {
                assertEquals(0.25f, factor);
              }
            });
    assertEquals("0.75", head.metadata().get("dose"));
    assertFalse(neuron.metadata().containsKey("dose"));
    assertTrue(
        run("edit -a @ --erase --count 1 --dose 2 -o @", scores, patch)
            .succeeds()
            .out()
            .contains("scored weights multiplied with -1.0 ("));
    run("edit -a @ --erase --count 1 --dose 0 -o @", scores, patch)
        .fails(1, "dose: expected more than 0, got 0.0");
  }

  @Test
  void anotherConceptsScoresAreTakenFromItsOwn() {
    attribute("--seed 1").succeeds();
    String coat = folder.resolve("coat.safetensors").toString();
    run("attribute -c coat --steps 2 --schedule-steps 4 -o @ --seed 1", coat).succeeds();
    Patch against = edited("-a @ --erase --per model --count 20 --against @", scores, coat);
    assertEquals("[\"coat\"]", against.metadata().get("against"));
    assertEquals("bag", against.metadata().get("concept"));
    Map<String, Tensor> own = AttributionFile.read(Path.of(scores)).scores();
    Map<String, Tensor> other = AttributionFile.read(Path.of(coat)).scores();
    List<Float> all = new ArrayList<>();
    Map<String, float[]> left = new TreeMap<>();
    own.forEach(
        (name, score) -> {
          float[] values = score.toFloats();
          float[] theirs = other.get(name).toFloats();
          for (int i = 0; i < values.length; i++) {
            values[i] -= Math.abs(theirs[i]);
            all.add(values[i]);
          }
          left.put(name, values);
        });
    all.sort(null);
    float cut = all.get(all.size() - 20);
    int found = 0;
    for (Map.Entry<String, float[]> entry : left.entrySet()) {
      Change change = against.changes().get(entry.getKey());
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < entry.getValue().length; i++) {
        if (entry.getValue()[i] >= cut) {
          expected.add(i);
        }
      }
      found += expected.size();
      int[] indices = change == null ? new int[0] : ((Change.Scaled) change).indices();
      assertArrayEquals(expected.stream().mapToInt(i -> i).toArray(), indices, entry.getKey());
    }
    assertEquals(20, found);
    run("edit -a @ --both --count 1 --against @ -o @", scores, coat, patch)
        .fails(1, "expected one end, positive or negative, got both");
    run("edit -a @ --erase --count 1 --against @ -o @", scores, coat, coat)
        .fails(1, "expected another file than the one that is read");
  }
}
