package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cadj inspect` on what the other commands write.
class InspectCommandTest {
  @TempDir private Path folder;

  private String name(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void attributionPatchAndPicture() throws IOException {
    String scores = name("s.safetensors");
    String patch = name("p.safetensors");
    String picture = name("p.png");
    Cli.run("attribute", "-c", "<b>bag", "--steps", "2", "--schedule-steps", "2", "-o", scores)
        .succeeds();
    Cli.run("edit", "-a", scores, "--erase", "--ratio", "0.05", "-o", patch).succeeds();
    Cli.run("generate", "-p", "bag", "--steps", "1", "-o", picture).succeeds();

    String said = Cli.run("inspect", scores).succeeds().out();
    assertTrue(said.contains("933,888 weights of 14 parameters, scored at 2 time steps"), said);
    assertTrue(said.contains("down 1  0 in") && said.contains("│"), said);
    assertFalse(said.contains("\u001b"), "colours, but no terminal");
    JsonNode json = Cli.run("inspect", scores, "--json").json();
    assertEquals("attribution", json.get("kind").asText());
    assertEquals(14, json.get("parameters").size());
    assertEquals(2, json.at("/parameters/0/positive_by_step").size());

    JsonNode edit = Cli.run("inspect", patch, "--json").json();
    assertEquals("patch", edit.get("kind").asText());
    JsonNode drawn = Cli.run("inspect", picture, "--json").json();
    for (JsonNode number :
        List.of(
            json.at("/metadata/steps"),
            json.at("/metadata/guidance"),
            edit.at("/metadata/schedule_steps"),
            drawn.at("/text/seed"))) {
      assertTrue(number.isNumber(), number.toString());
    }
    assertEquals("[\"<b>bag\"]", json.at("/metadata/prompts").toString());
    assertTrue(Cli.run("inspect", patch).succeeds().out().contains("parameters changed"));
    assertEquals("bag", drawn.at("/text/prompt").asText());
    assertTrue(Cli.run("inspect", picture).succeeds().out().contains("picture of 32×32 pixels"));

    String page = name("page/s.html");
    assertTrue(Cli.run("inspect", scores, "--html", page).succeeds().out().contains(page));
    String html = Files.readString(Path.of(page));
    int mid = html.indexOf("&nbsp;mid</");
    assertTrue(mid > 0 && mid < html.indexOf("&nbsp;up 0</"), html);
    assertTrue(
        html.indexOf("From the model to its weights") < html.indexOf("By block and layer"), html);
    assertTrue(html.contains("&lt;b&gt;bag") && !html.contains("<b>bag"), html);
    assertEquals("", Cli.run("inspect", scores, "-q").succeeds().out());
  }

  private static double sum(AttributionResult result, String parameter, int row, int column) {
    return result.scores().get(parameter).get(row, column);
  }

  @Test
  void scoresByNeuronHeadFilterLayerAndStep() throws IOException {
    String scores = name("s.safetensors");
    Cli.run(
            ("attribute -c bag --steps 2 --schedule-steps 2 --estimator first-order --sites"
                    + " ff,attention -o "
                    + scores)
                .split(" "))
        .succeeds();
    AttributionResult result = AttributionFile.read(Path.of(scores));

    JsonNode neurons = Cli.run("inspect", scores, "--by", "neuron", "--top", "3", "--json").json();
    assertEquals("neuron", neurons.get("by").asText());
    assertEquals(2816, neurons.get("units").asInt());
    JsonNode first = neurons.at("/most_positive_units/0");
    assertEquals(3, neurons.get("most_negative_units").size());
    String proj = first.get("module").asText() + ".net.0.proj.weight";
    String out = first.get("module").asText() + ".net.2.weight";
    int j = first.get("unit").asInt();
    int dim = result.scores().get(proj).dim(1);
    int hidden = result.scores().get(out).dim(1);
    double expected = 0;
    for (int i = 0; i < dim; i++) {
      expected += sum(result, proj, j, i) + sum(result, proj, hidden + j, i);
      expected += sum(result, out, i, j);
    }
    assertEquals(expected, first.get("sum").asDouble(), 1e-9 * Math.abs(expected) + 1e-12);

    JsonNode heads = Cli.run("inspect", scores, "--by", "head", "--json").json();
    assertEquals(56, heads.get("units").asInt());
    assertEquals(5, heads.get("most_positive_units").size());

    double all = 0;
    for (Tensor score : result.scores().values()) {
      for (float s : score.toFloats()) {
        all += s;
      }
    }
    JsonNode steps = Cli.run("inspect", scores, "--by", "step", "--json").json();
    double ofSteps = 0;
    for (JsonNode step : steps.get("steps")) {
      ofSteps += step.get("sum").asDouble();
    }
    assertEquals(2, steps.get("steps").size());
    assertEquals(all, ofSteps, 1e-4 * Math.abs(all));
    String said = Cli.run("inspect", scores, "--by", "layer").succeeds().out();
    assertTrue(said.startsWith("70 layers, by the sums of their scores"), said);

    Cli.run("inspect", scores, "--by", "filter")
        .fails(1, "belongs to a convolution (--sites convolution scores those)");
    Cli.run("inspect", "fashion", "--by", "head")
        .fails(1, "--by: expected an attribution, found model fashion");
    String part = folder.resolve("part.safetensors").toString();
    Cli.run(
            "attribute",
            "--concept=bag",
            "--steps=1",
            "--schedule-steps=1",
            "--samples=2",
            "--trajectories=1",
            "--estimator=first-order",
            "--out",
            part)
        .succeeds();
    Cli.run("inspect", part, "--by", "head")
        .fails(1, "found some trajectories of one, " + part + ": cadj merge makes one of all");
    Cli.run("inspect", scores, "--by", "step", "--try")
        .fails(1, "--try: expected --by neuron, head, filter or layer beside it, found step");
    Cli.run("inspect", scores, "--try").fails(1, "--try: expected --by neuron");
    Cli.run("inspect", scores, "--by", "head", "--top", "0")
        .fails(1, "--top: expected at least 1, got 0");
    Cli.run("inspect", scores, "--by", "bone").fails(2, "bone");
  }

  @Test
  void picturesAreDrawnWithoutAUnit() throws IOException {
    String scores = name("s.safetensors");
    Cli.run("attribute", "-c", "bag", "--steps", "1", "--schedule-steps", "1", "-o", scores)
        .succeeds();
    String page = name("s.html");
    JsonNode json =
        Cli.run(
                ("inspect "
                        + scores
                        + " --by layer --top 1 --try --pictures 2 --json --html "
                        + page)
                    .split(" "))
            .json();
    JsonNode tried = json.get("tried");
    assertEquals(2, tried.get("units").size());
    assertEquals("[\"bag\",\"bag\"]", tried.get("prompts").toString());
    assertEquals(2, tried.at("/units/0/seen").size());
    assertEquals(2, tried.at("/units/0/seen/0").size());
    assertTrue(tried.at("/units/0/mean_pixel_change").asDouble() > 0);
    assertEquals(
        json.at("/most_positive_units/0/module"), tried.at("/units/0/module"), tried.toString());
    String html = Files.readString(Path.of(page));
    assertEquals(9, html.split("data:image/png;base64,").length);
  }

  @Test
  void theEmbeddedModelIsAsItsReadmeSays() {
    JsonNode json = Cli.run("inspect", "fashion", "--json").json();
    assertEquals("epsilon", json.get("prediction_type").asText());
    assertEquals(14, json.get("feed_forward_matrices").asInt());
    assertEquals(933_888, json.get("feed_forward_weights").asInt());
    assertEquals(32, json.get("picture_size").asInt());
    assertEquals(8, json.get("sample_size").asInt());
    assertEquals("UNet2DConditionModel", json.at("/parts/0/class").asText());
    String said = Cli.run("inspect", "fashion").succeeds().out();
    assertTrue(said.contains("14 matrices, 933,888 weights"), said);
  }

  /// Two concepts: compared, united, set apart, and what comes of it can be edited with.
  @Test
  void severalAttributions() throws IOException {
    String bag = name("bag.safetensors");
    String coat = name("coat.safetensors");
    for (String concept : List.of("bag", "coat")) {
      Cli.run(
              "attribute",
              "-c",
              concept,
              "--steps",
              "2",
              "--schedule-steps",
              "2",
              "--estimator",
              "first-order",
              "-o",
              name(concept + ".safetensors"))
          .succeeds();
    }
    String page = name("overlap.html");
    String union = name("union.safetensors");
    String difference = name("difference.safetensors");
    String said =
        Cli.run("inspect", bag, coat, "--html", page, "--union", union, "--difference", difference)
            .succeeds()
            .out();
    assertTrue(said.contains("1 bag – 2 coat") && said.contains("933,888 weights"), said);
    assertTrue(said.contains(union) && said.contains(difference) && said.contains(page), said);
    String html = Files.readString(Path.of(page));
    assertTrue(html.contains("2 coat") && html.contains("top 0.1 %"), html);
    JsonNode json = Cli.run("inspect", bag, coat, bag, "--json").json();
    assertEquals("overlap", json.get("kind").asText());
    assertEquals("[[0,1], [0,2], [1,2]]", json.get("pairs").findValues("pair").toString());
    assertEquals(14, json.at("/pairs/1/layers").size());
    assertEquals(1, json.at("/pairs/1/whole/spearman").asDouble(), 1e-12);
    assertEquals(1, json.at("/pairs/1/whole/sets/0/jaccard").asDouble());
    double jaccard = json.at("/pairs/0/whole/sets/1/jaccard").asDouble();
    assertTrue(jaccard < 1 && jaccard > json.at("/pairs/0/whole/sets/1/chance").asDouble());
    for (String combined : List.of(union, difference)) {
      String patch = name("patch.safetensors");
      JsonNode edit =
          Cli.run("edit", "-a", combined, "--erase", "--ratio", "0.05", "-o", patch, "--json")
              .json();
      assertTrue(edit.get("zeroed").asInt() > 0);
      String told = Cli.run("inspect", combined).succeeds().out();
      assertTrue(told.contains("[\"bag\",\"coat\"]") && !told.contains("J ="), told);
    }
    Cli.run("inspect", bag, "--union", union).fails(1, "--union, --difference: expected several");
    Cli.run("inspect", bag, "fashion").fails(1, "fashion");
    Cli.run("inspect", bag, coat, "--union", bag).fails(1, "expected another file than the one");
  }
}
