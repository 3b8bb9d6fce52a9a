package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cadj graph` on the embedded model.
class GraphCommandTest {
  @TempDir private Path folder;

  private static Cli graph(String line) {
    return Cli.run(("graph " + line).split(" "));
  }

  private String name(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void theTreeIsShownDownToADepth() {
    List<String> lines = graph("").succeeds().out().lines().toList();
    assertTrue(lines.get(1).startsWith("fashion unet: 4,192,900 weights"), lines.get(1));
    assertTrue(
        lines.contains(
            "├─ conv_in            Conv2d                       2,368  [1,4,8,8] → [1,64,8,8]"),
        () -> String.join("\n", lines));
    assertEquals(31, lines.size());
    assertEquals(
        "time_embedding conv_in down_blocks.0 down_blocks.1 mid_block up_blocks.0 up_blocks.1"
            + " conv_norm_out conv_out",
        lines.stream()
            .filter(line -> line.matches("[├└]─ .*"))
            .map(line -> line.split(" +", -1)[1])
            .collect(Collectors.joining(" ")),
        "in the order of computation");
    List<String> one = graph("--depth 1 --part vae").succeeds().out().lines().toList();
    assertEquals(7, one.size(), () -> String.join("\n", one));
    List<String> part =
        graph("--module mid_block.resnets.0 --depth 0").succeeds().out().lines().toList();
    assertEquals(3, part.size());
    assertTrue(
        part.get(1).startsWith("fashion unet mid_block.resnets.0: 328,576 weights"), part.get(1));
    assertTrue(part.get(2).startsWith("mid_block.resnets.0  ResnetBlock2D  328,576"), part.get(2));
  }

  @Test
  void jsonHasEverythingBelow() {
    JsonNode json = graph("--module mid_block.resnets.0 --stats weights --json").json();
    JsonNode module = json.get("module");
    assertEquals("ResnetBlock2D", module.get("class").asText());
    assertEquals(5, module.get("children").size());
    JsonNode conv = module.at("/children/2");
    assertEquals("mid_block.resnets.0.conv1", conv.get("key").asText());
    assertEquals("[1,128,4,4]", conv.get("output").toString());
    assertEquals(147_456, conv.at("/parameters/0/weights/count").asInt());
    assertEquals(147_584, conv.at("/statistics/weights/count").asInt());
    assertTrue(conv.at("/statistics/gradients").isMissingNode());
    assertFalse(json.has("objective"));
    assertFalse(graph("--depth 0 --json").json().get("module").has("children"));
  }

  @Test
  void aPageHasArrays() throws IOException {
    String page = name("g.html");
    Cli.run(
            "graph",
            "--module",
            "mid_block.resnets.0",
            "--stats",
            "weights,activations,gradients",
            "--prompt",
            "a <b>coat",
            "--html",
            page)
        .succeeds();
    String html = Files.readString(Path.of(page));
    assertEquals(6, html.split("<details", -1).length - 1);
    // Six outputs, ten parameters, as many gradients.
    assertEquals(26, html.split("data:image/png;base64,", -1).length - 1);
    assertEquals(26, html.split("<svg class", -1).length - 1);
    assertTrue(html.contains("a &lt;b&gt;coat") && !html.contains("<b>coat"));
  }

  @Test
  void aModulesOperationsAreDrawn() throws IOException {
    String svg = name("t.svg");
    JsonNode json =
        Cli.run(
                "graph",
                "--tape",
                "mid_block.attentions.0.transformer_blocks.0",
                "--prompt",
                "a coat",
                "--svg",
                svg,
                "--json")
            .json();
    assertTrue(json.get("operations").asInt() > 15, json.get("operations")::toString);
    assertTrue(json.get("nodes").size() <= 60);
    String drawing = Files.readString(Path.of(svg));
    assertTrue(drawing.startsWith("<svg ") && drawing.contains("attention"), svg);
    JsonNode one =
        graph("--tape mid_block.attentions.0.transformer_blocks.0 --prompt coat --depth 1 --json")
            .json();
    assertTrue(one.get("nodes").size() < json.get("nodes").size());
    assertEquals(json.get("operations"), one.get("operations"));
    String list = graph("--tape mlp").succeeds().out();
    assertTrue(list.contains("  3  linear(0, 1, 2)"), list);
  }

  @Test
  void mistakesAreToldInOneLine() {
    graph("--part decoder")
        .fails(1, "--part: expected one of unet, vae, text_encoder, clip, classifier, got decoder");
    graph("--module mid_block.resnet")
        .fails(1, "--module: expected a module of unet, such as mid_block");
    graph("--tape mid_block.resnet --prompt a")
        .fails(1, "--tape: expected mlp or a module of unet");
    graph("--tape nope").fails(1, "--tape: expected mlp or a module of unet, such as conv_in");
    graph("--tape conv1 --part classifier")
        .fails(1, "--part: expected one that is run (text_encoder, unet, vae), got classifier");
    graph("--module nope --stats gradients").fails(1, "--module: expected a module of unet");
    graph("--tape mid_block").fails(1, "--prompt: expected one");
    graph("--stats gradients").fails(1, "--prompt: expected one");
    graph("--stats weight").fails(2, "weight");
    graph("--part clip --stats activations")
        .fails(1, "--part: expected one that is run (text_encoder, unet, vae), got clip");
    graph("--svg a.svg").fails(1, "--svg: only with --tape");
    graph("--tape mlp --html a.html").fails(1, "--tape: not with --html");
    graph("--timestep -1").fails(1, "--timestep: expected 0 to 999, got -1.0");
    graph("--timestep 1000").fails(1, "--timestep: expected 0 to 999, got 1000.0");
    graph("--timestep NaN").fails(1, "--timestep: expected 0 to 999, got NaN");
    graph("--depth -1").fails(1, "--depth: expected at least 0, got -1");
  }
}
