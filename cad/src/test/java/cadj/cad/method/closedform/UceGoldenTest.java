package cadj.cad.method.closedform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.method.EditMethod;
import cadj.cad.method.TargetPrompt;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.List;
import org.junit.jupiter.api.Test;

/// UCE's published program, and its formula in double.
class UceGoldenTest {
  /// From the recorded embeddings, and from our own text encoder's.
  @Test
  void editsAreThePublishedOnes() {
    JsonObject json = JsonFile.read(Golden.require("baselines/uce.json"));
    List<String> prompts = json.list("prompts").strings();
    try (SafetensorsFile file = Golden.open("baselines/uce.safetensors")) {
      GoldenEdits golden = GoldenEdits.of(file, prompts, "embeddings");
      for (JsonObject entry : json.list("cases").objects()) {
        String name = entry.string("case");
        Uce uce =
            new Uce(
                entry.number("erase_scale"),
                entry.number("preserve_scale"),
                entry.number("lamb"),
                Expansion.NONE,
                0);
        List<TargetPrompt> targets = GoldenEdits.targets(entry, "erase", "guide");
        List<String> preserve = entry.list("preserve").strings();
        golden.assertEdited(
            name + "/fp64/",
            golden.patch(uce.map(golden.texts(), targets, preserve, EditMethod.Progress.NONE)),
            2e-6);
        golden.assertEdited(
            name + "/fp64/",
            uce.edit(golden.task(targets, preserve), EditMethod.Progress.NONE),
            2e-5);
      }
      TextVectors own = TextVectors.of(golden.pipeline());
      long[] last = file.tensor("last_token_index").toLongs();
      for (int i = 0; i < last.length; i++) {
        assertEquals(last[i], own.lastToken(prompts.get(i)), prompts.get(i));
      }
    }
  }

  /// An expanded edit is that of the longer list, which the recorded case spells out.
  @Test
  void expansionAddsTheAuthorsWords() {
    List<TargetPrompt> cat = List.of(new TargetPrompt("cat", "animal"));
    assertEquals(
        List.of(
            new TargetPrompt("cat", "animal"),
            new TargetPrompt("image of cat", "image of animal"),
            new TargetPrompt("photo of cat", "photo of animal"),
            new TargetPrompt("portrait of cat", "portrait of animal"),
            new TargetPrompt("picture of cat", "picture of animal"),
            new TargetPrompt("painting of cat", "painting of animal")),
        Expansion.OBJECT.of(cat));
    assertEquals(
        List.of(
            "Monet",
            "painting by Monet",
            "art by Monet",
            "artwork by Monet",
            "picture by Monet",
            "style of Monet"),
        Expansion.ART.of(List.of(new TargetPrompt("Monet", "art"))).stream()
            .map(TargetPrompt::prompt)
            .toList());
    assertEquals(cat, Expansion.NONE.of(cat));
    if (Golden.isOtherSet()) {
      return;
    }
    JsonObject json = JsonFile.read(Golden.require("baselines/uce.json"));
    try (SafetensorsFile file = Golden.open("baselines/uce.safetensors")) {
      GoldenEdits golden = GoldenEdits.of(file, json.list("prompts").strings(), "embeddings");
      Uce uce = new Uce(1, 1, 0.5, Expansion.OBJECT, 0);
      golden.assertEdited(
          "expanded/fp64/",
          golden.patch(uce.map(golden.texts(), cat, List.of(), EditMethod.Progress.NONE)),
          2e-6);
    }
  }

  @Test
  void progressGoesOverAllPrompts() {
    JsonObject json = JsonFile.read(Golden.require("baselines/uce.json"));
    List<String> prompts = json.list("prompts").strings();
    try (SafetensorsFile file = Golden.open("baselines/uce.safetensors")) {
      GoldenEdits golden = GoldenEdits.of(file, prompts, "embeddings");
      int[] last = new int[2];
      Uce.PUBLISHED.map(
          golden.texts(),
          List.of(new TargetPrompt(prompts.get(0), prompts.get(1))),
          List.of(prompts.get(2), prompts.get(3)),
          (what, done, total) -> {
            assertTrue(done == last[0] + 1 && done <= total);
            last[0] = done;
            last[1] = total;
          });
      assertEquals(3, last[0]);
      assertEquals(3, last[1]);
    }
  }
}
