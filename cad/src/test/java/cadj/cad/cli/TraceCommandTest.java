package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.golden.Golden;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceCommandTest {
  private static final String MID = "mid_block.attentions.0.transformer_blocks.0.attn2";
  private static final String DOWN = "down_blocks.1.attentions.0.transformer_blocks.0.attn2";

  @TempDir private Path folder;

  private Cli trace(String... more) {
    List<String> args = new ArrayList<>(List.of("trace", "--device", "cpu"));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  private String out() {
    return folder.resolve("t").toString();
  }

  @Test
  void writesPageMapAndJson() throws IOException {
    JsonNode json =
        trace(
                "-c",
                "bag",
                "-p",
                "a photo of a bag",
                "--layers",
                DOWN + "," + MID,
                "--steps",
                "2",
                "--step-window",
                "1",
                "--samples",
                "2",
                "--window",
                "1",
                "-o",
                out(),
                "--json")
            .json();
    assertEquals("trace", json.get("kind").asText());
    assertEquals("[\"1-2\",\"1\",\"2\"]", json.get("windows").toString());
    assertEquals(2, json.get("restore").size());
    assertEquals(2, json.get("swap").size());
    JsonNode mid = json.get("restore").get(1);
    assertEquals(MID, mid.get("modules").get(0).asText());
    for (String measure : List.of("probability", "seen", "clip", "objective", "projection")) {
      assertEquals(3, mid.get("effects").get(measure).size(), measure);
      assertEquals(2, mid.get("effects").get(measure).get(0).get("samples").size(), measure);
    }
    JsonNode sums = mid.get("scores");
    assertEquals(2 * 128 * 128 + 2 * 128 * 64, sums.get("weights").asInt());
    assertTrue(sums.get("positive").asDouble() > 0 && sums.get("negative").asDouble() < 0);
    assertEquals(sums.get("positive").asDouble(), sums.get("positive_by_window").get(0).asDouble());
    assertEquals("noise", json.get("settings").get("corruption").asText());
    assertTrue(json.get("rank_correlations").has("restore"));

    JsonNode file = new ObjectMapper().readTree(Files.readString(folder.resolve("t/trace.json")));
    assertEquals(json.get("restore"), file.get("restore"));
    String page = Files.readString(folder.resolve("t/index.html"));
    for (String text :
        List.of(
            "Tracing “bag”",
            "Restored: what comes back",
            "Swapped: what goes",
            "noise of 10 σ on “bag”",
            "pictures/restore-02.png",
            "pictures/swap-01.png",
            "What causal tracing finds")) {
      assertTrue(page.contains(text), text);
    }
    BufferedImage strip = ImageIO.read(folder.resolve("t/pictures/restore-02.png").toFile());
    assertEquals(3 * 32, strip.getWidth());
    assertEquals(32, strip.getHeight());
    assertTrue(ImageIO.read(folder.resolve("t/trace.png").toFile()).getWidth() > 300);
    assertFalse(Files.exists(folder.resolve("t/unfinished.json")));
  }

  /// Given scores are shown as they are: feed-forward only, none of attention.
  @Test
  void takesAnAttribution() {
    String file = folder.resolve("a.safetensors").toString();
    Cli.run("attribute", "--device", "cpu", "-c", "bag", "--schedule-steps", "2", "-o", file)
        .succeeds();
    JsonNode json =
        trace(
                "-c",
                "bag",
                "--layers",
                "mid_block.**.ff,mid_block.**.attn1",
                "--steps",
                "1",
                "--samples",
                "1",
                "--method",
                "restore",
                "--corrupt",
                "base",
                "-a",
                file,
                "-o",
                out(),
                "--json")
            .json();
    assertFalse(json.get("restore").get(0).has("scores"));
    assertEquals(
        1024 * 128 + 128 * 512, json.get("restore").get(1).get("scores").get("weights").asInt());
    assertTrue(json.get("restore").get(0).get("effects").get("seen").get(0).get("low").isNull());
    assertFalse(json.has("swap"));
  }

  /// Two text encoders, pooled text, no judge: predictions are what is measured.
  @Test
  void tracesXlWithoutAJudge() {
    String model = Golden.require("sdxl-tiny/model_index.json").getParent().toString();
    JsonNode json =
        trace(
                "-m",
                model,
                "-c",
                "cat",
                "-p",
                "a cat",
                "--layers",
                "mid_block.**.attn2",
                "--steps",
                "2",
                "--step-window",
                "1",
                "--samples",
                "2",
                "-o",
                out(),
                "--json")
            .json();
    assertTrue(json.get("restore").size() > 0 && json.get("swap").size() > 0);
    JsonNode effects = json.get("restore").get(0).get("effects");
    assertEquals(2, effects.size(), effects.toString());
    assertEquals(3, effects.get("projection").size());
    assertFalse(effects.get("projection").get(0).get("mean").asDouble() == 0);
  }

  @Test
  void tellsWhatIsLeftOut() {
    Cli found =
        trace(
            "-c",
            "rabbit",
            "-p",
            "a rabbit",
            "--layers",
            "mid_block.**.ff",
            "--steps",
            "1",
            "--samples",
            "1",
            "-o",
            out());
    found.succeeds();
    assertTrue(found.out().contains("note: the judge knows no \"rabbit\""), found.out());
    assertTrue(found.out().contains("note: nothing is swapped"), found.out());
    assertTrue(found.out().contains("clip score"), found.out());
  }

  @Test
  void refusesWhatIsNotThere() throws IOException {
    trace("-c", "bag", "--layers", "**.attn3", "-o", out())
        .fails(1, "--layers: no module matches '**.attn3'; there are ");
    trace("-c", "bag", "-p", "a coat", "-o", out())
        .fails(1, "--word: expected some of the prompt's words a, coat, got \"bag\"");
    trace(
            "-c", "nope", "-p", "a coat", "-o",
            out()) // before the note that the judge does not know it
        .fails(1, "--word: expected some of the prompt's words a, coat, got \"nope\"");
    trace("-c", "bag", "--scheduler", "flow_match_euler", "-o", out())
        .fails(1, "flow_match_euler is for models that predict flow");
    trace("-c", "bag", "--method", "swap", "--layers", "**.ff", "-o", out())
        .fails(1, "--layers: expected some cross-attention to swap, such as down_blocks.0");
    trace("-c", "bag", "--window", "9", "-o", out()).fails(1, "--window: expected 1 to 7");
    trace("-c", "bag", "-p", "", "--corrupt", "base", "-o", out())
        .fails(1, "--prompt: expected another text than --base");
    trace("-c", "bag", "--corrupt", "base", "--word", "bag", "-o", out()).fails(1, "--word: only");
    trace("-c", "bag", "--samples", "0", "-o", out()).fails(1, "--samples: expected at least 1");
    Path foreign = folder.resolve("foreign.safetensors");
    Files.writeString(foreign, "nothing of the kind");
    trace("-c", "bag", "-a", foreign.toString(), "-o", out()).fails(1, foreign.toString());
    trace("-c", "bag", "--method", "all")
        .fails(2, "'--method': expected one of restore, swap, both, got all");
  }
}
