package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.picture.PngText;
import cadj.tensor.safetensors.SafetensorsFile;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `cadj heatmap`: the picture that `generate` draws, and the maps, pages and numbers beside it.
class HeatmapCommandTest {
  private static final List<String> DRAWING =
      List.of(
          "--prompt",
          "a <b>neon</b> sign of a sneaker",
          "--steps",
          "2",
          "--seed",
          "5",
          "--guidance",
          "3",
          "--negative",
          "a coat",
          "--scheduler",
          "pndm",
          "--width",
          "48");

  @TempDir private Path folder;

  private Cli run(String command, List<String> first, String... more) {
    return Cli.run(
        Stream.of(List.of(command), first, List.of(more))
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  @Test
  void thePictureIsGeneratesToTheByte() throws IOException {
    Path plain = folder.resolve("plain.png");
    run("generate", DRAWING, "--out", plain.toString()).succeeds();
    Path out = folder.resolve("heat");
    JsonNode json =
        run(
                "heatmap",
                DRAWING,
                "--word",
                "neon",
                "--word",
                "sneaker",
                "--word",
                "sign of",
                "--per-layer",
                "--per-step",
                "--json",
                "--out",
                out.toString())
            .json();
    assertArrayEquals(Files.readAllBytes(plain), Files.readAllBytes(out.resolve("picture.png")));
    assertEquals(out.resolve("picture.png").toString(), json.get("picture").asText());
    // start 0, a 1, < 2, b 3, > 4, neon 5, < 6, / 7, b 8, > 9, sign 10, of 11, a 12
    assertEquals("[[5], [13], [10,11]]", json.get("words").findValues("tokens").toString());
    assertEquals("[1,2,3]", json.get("steps").toString());
    assertEquals(7, json.get("layers").size());
    Map<String, String> text = PngText.read(out.resolve("03-sign-of.png")).text();
    assertEquals("sign of", text.get("heatmap_word"));
    assertEquals("1-3", text.get("heatmap_steps"));
    assertEquals("5", text.get("seed"));
    String html = Files.readString(out.resolve("heatmap.html"));
    assertTrue(html.contains("&lt;b&gt;neon&lt;/b&gt; sign") && !html.contains("<b>neon</b> sign"));
    assertTrue(
        html.contains("By layer") && html.contains("By step") && html.contains("<b>sneaker"));
    try (SafetensorsFile numbers = SafetensorsFile.open(out.resolve("heatmap.safetensors"))) {
      assertEquals("heatmap", numbers.metadata("kind"));
      assertEquals(3 + 3 * 7 + 3 * 3, numbers.names().size());
      double[] map = numbers.tensor("word/sneaker").toDoubles();
      assertEquals(8 * 12, map.length);
      JsonNode word = json.at("/words/1");
      assertEquals(Arrays.stream(map).average().orElse(0), word.get("mean").asDouble(), 1e-12);
      assertEquals(Arrays.stream(map).max().orElse(0), word.get("largest").asDouble());
      double[] mean = new double[map.length];
      for (int step = 1; step <= 3; step++) {
        double[] part = numbers.tensor("step/" + step + "/sneaker").toDoubles();
        for (int i = 0; i < mean.length; i++) {
          mean[i] += part[i] / 3;
        }
      }
      assertArrayEquals(map, mean, 1e-12);
    }
  }

  @Test
  void someLayersAndSteps() {
    Path out = folder.resolve("heat");
    String said =
        run(
                "heatmap",
                DRAWING,
                "--layer",
                "mid_block.**",
                "--layer",
                "up_blocks.0.**",
                "--layer",
                "up_blocks.*.attentions.0.**",
                "--at-steps",
                "2-",
                "--own-scale",
                "--out",
                out.toString())
            .succeeds()
            .out();
    assertTrue(said.contains("sneaker") && said.contains("heatmap.html"), said);
    assertTrue(said.matches("(?s).* % at most, in row \\d+, column \\d+ of the picture: .*"), said);
    assertTrue(
        Files.exists(out.resolve("02-b.png")) && Files.exists(out.resolve("06-sneaker.png")));
    try (SafetensorsFile numbers = SafetensorsFile.open(out.resolve("heatmap.safetensors"))) {
      assertEquals(6, numbers.names().size(), numbers.names().toString());
      assertEquals("2-3", numbers.metadata("heatmap_steps"));
      String layers = numbers.metadata("heatmap_layers");
      assertEquals(4, layers.split(",").length, layers);
      assertFalse(layers.contains("down"), layers);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--prompt|a red cat|--word|dog|--word: expected some of the prompt's words a, red, cat,"
            + " got",
        "--prompt|, ,|--seed|1|--prompt: expected words whose maps to draw, got \", ,\"",
        "--prompt|a cat|--layer|mid.**|--layer: expected some of the 7 attentions to the text, such"
            + " as down_",
        "--prompt|a cat|--layer|**.attn1|--layer: expected some of the 7 attentions to the text",
        "--prompt|a cat|--layer|a b|glob 'a b': expected names",
        "--prompt|a cat|--at-steps|3-|--at-steps: expected some of the 2 calls of the denoiser",
        "--prompt|a cat|--width|7|--width: expected a multiple of 4",
        "--prompt|a cat|--guidance|NaN|--guidance: expected a finite number"
      })
  void whatCannotBeShownIsToldInOneLine(
      String prompt, String text, String option, String value, String says) {
    Cli.run(
            "heatmap",
            prompt,
            text,
            option,
            value,
            "--steps",
            "2",
            "--out",
            folder.resolve("x").toString())
        .fails(1, says);
    assertFalse(Files.exists(folder.resolve("x").resolve("picture.png")));
  }

  @Test
  void wrongArguments() throws IOException {
    Cli.run("heatmap").fails(2, "--prompt");
    Cli.run("heatmap", "-p", "a", "--at-steps", "0").fails(2, "--at-steps");
    Path file = Files.writeString(folder.resolve("file"), "");
    Cli.run("heatmap", "-p", "a", "-o", file.toString()).fails(1, "file");
  }
}
