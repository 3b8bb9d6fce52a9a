package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Patch;
import cadj.cad.judge.FashionJudge;
import cadj.cad.method.Cost;
import cadj.cad.method.DefaultPrompts;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.catalogue.EditMethods;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cadj edit --concept`, on the embedded model.
class EditByMethodTest {
  @TempDir private Path folder;

  private String patch;

  @BeforeEach
  void name() {
    patch = folder.resolve("patch.safetensors").toString();
  }

  private Cli edit(String line, String... more) {
    String[] args = ("edit -o @ " + line).split(" ");
    int next = 0;
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("@")) {
        args[i] = i == 2 ? patch : more[next++];
      }
    }
    return Cli.run(args);
  }

  @Test
  void theDefaultMethodOnDefaultPrompts() {
    assertEquals(EditMethods.DEFAULT.name(), MethodOptions.DEFAULT);
    assertTrue(EditMethods.ALL.contains(EditMethods.DEFAULT));
    JsonNode told = edit("-c sneaker --json").json();
    Patch found = Patch.read(Path.of(patch));
    ModelFiles files = ModelFiles.open("fashion");
    TextToImage pipeline = TextToImage.load(files);
    FashionJudge judge = new FashionJudge(files.classifier());
    DefaultPrompts prompts = DefaultPrompts.of("sneaker", judge);
    EditTask task =
        new EditTask(
            pipeline,
            "sneaker",
            EditTask.Goal.ERASE,
            prompts.targets(),
            prompts.preserve(),
            judge,
            0,
            new Cost());
    Patch expected = EditMethods.DEFAULT.edit(task, EditMethod.Progress.NONE);
    assertEquals(
        new TreeSet<>(expected.changes().keySet()), new TreeSet<>(found.changes().keySet()));
    assertEquals(expected.size(), found.size());
    expected
        .apply(pipeline.denoiser().parameters())
        .forEach(
            (name, value) ->
                assertArrayEquals(
                    value.toFloats(),
                    found.apply(pipeline.denoiser().parameters()).get(name).toFloats(),
                    name));
    assertEquals(expected.size(), told.get("weights").asLong());
    assertEquals(MethodOptions.DEFAULT, told.get("method").asText());
    assertEquals(task.cost().passes(), told.get("cost").asLong());
  }

  @Test
  void whatWasAskedForStandsInThePatch() throws IOException {
    Path list = folder.resolve("keep.txt");
    Files.writeString(list, "# what stays\ncoat\n\ndress\n");
    edit(
            "-c bag --method uce:lamb=0.7,eta=2 --set eta=0.5 --set expansion=object --target @"
                + " --target bag= --preserve @ --preserve photo --preserve coat --seed 7",
            "a bag=a coat",
            list.toString())
        .succeeds();
    Patch found = Patch.read(Path.of(patch));
    Map.of(
            "method", "uce",
            "concept", "bag",
            "edit", "erase",
            "seed", "7",
            "model", "fashion",
            "cost", "0",
            "targets", "{\"bag\":\"\",\"a bag\":\"a coat\"}",
            "preserve", "[\"coat\",\"dress\",\"photo\"]",
            "settings",
                "{\"erase_scale\":\"1.0\",\"preserve_scale\":\"1.0\",\"lamb\":\"0.7\","
                    + "\"expansion\":\"object\",\"eta\":\"0.5\"}")
        .forEach((key, value) -> assertEquals(value, found.metadata().get(key), key));
    assertTrue(found.fits(ModelFiles.open("fashion")));
    JsonNode metadata = Cli.run("inspect", patch, "--json").json().get("metadata");
    assertEquals("0.5", metadata.at("/settings/eta").asText());
    assertEquals("a coat", metadata.at("/targets/a bag").asText());
    assertEquals("photo", metadata.at("/preserve/2").asText());
    assertEquals(7, metadata.get("seed").asInt());
  }

  @Test
  void aWholeEditedModelHoldsThePatch() throws IOException {
    edit("-c bag --method rece --set epochs=1").succeeds();
    Path full = folder.resolve("full");
    Cli.run("edit -c bag --method rece --set epochs=1 --full".concat(" " + full).split(" "))
        .succeeds();
    Path applied = folder.resolve("applied");
    Cli.run("apply", "fashion", patch, "--full", applied.toString()).succeeds();
    assertEquals(ModelFiles.open(applied).denoiserHash(), ModelFiles.open(full).denoiserHash());
    String card = Files.readString(full.resolve("README.md"));
    assertTrue(card.contains("| method | rece |"), card);
    assertFalse(card.contains("2412.02542"), card);
  }

  @Test
  void theSmallestIsFoundAndTold() {
    JsonNode told =
        edit("-c sneaker --method uce-all-tokens --auto --pictures 2 --preserve coat --keep 0.01"
                + " --gone 0.9 --json")
            .json();
    JsonNode trials = told.get("trials");
    assertEquals(2, trials.size(), trials.toString());
    assertEquals("0.0", trials.at("/0/settings/eta").asText());
    assertFalse(trials.at("/0/confirming").asBoolean());
    assertTrue(trials.at("/1/confirming").asBoolean());
    Map<String, String> metadata = Patch.read(Path.of(patch)).metadata();
    assertEquals(trials.toString(), metadata.get("trials"));
    assertEquals("0.01", metadata.get("keep"));
    assertEquals("0.9", metadata.get("gone"));
    assertEquals("2", metadata.get("judged_pictures"));
    assertTrue(metadata.get("settings").contains("\"eta\":\"0.0\""), metadata.get("settings"));
    // two pictures of the target and four of what stays, ten steps, with and without the prompt,
    // edited and not, on two noises
    assertEquals(6 * 10 * 2 * 2 * 2, told.get("cost").asInt());
  }

  @Test
  void whereNoStrengthSufficesNothingIsWritten() {
    Cli told =
        edit(
            "-c sneaker --method uce-all-tokens --auto --pictures 2 --preserve coat --gone 0"
                + " --target @",
            "sneaker=a sneaker");
    assertEquals(1, told.code());
    assertTrue(told.err().startsWith("cadj: --auto: no edit found: the nearest, eta "), told.err());
    assertTrue(told.err().contains("of its pictures (0.000 allowed) and keeps"), told.err());
    assertEquals(1, told.err().lines().count());
    assertTrue(told.out().contains("eta 3.0"), told.out());
    assertFalse(Files.exists(Path.of(patch)));
  }

  @Test
  void help() {
    String help = Cli.run("edit", "--help").succeeds().out().replaceAll("\\s+", " ");
    assertTrue(help.contains("One of " + EditMethods.names()), help);
    assertTrue(help.contains("(default: 0.95)") && help.contains("(default: 24)"), help);
  }
}
