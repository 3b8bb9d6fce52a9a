package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `cadj kernels`, which needs no GPU.
class KernelsCommandTest {
  @TempDir private Path folder;

  @Test
  void listsAll() {
    String said = Cli.run("kernels").succeeds().out();
    assertTrue(said.startsWith("kernel "), said);
    assertTrue(said.lines().anyMatch(line -> line.startsWith("softmax_forward  ")), said);
    JsonNode json = Cli.run("kernels", "--json").json();
    assertEquals(said.lines().count() - 1, json.get("kernels").size());
    for (JsonNode kernel : json.get("kernels")) {
      assertFalse(kernel.get("does").asText().isBlank(), kernel.toString());
      assertTrue(kernel.get("shape").size() > 0, kernel.toString());
      assertTrue(kernel.get("registers").asInt() <= 255, kernel.toString());
    }
  }

  @Test
  void profilesOne() throws IOException {
    Path page = folder.resolve("new/page.html");
    String[] line = {
      "kernels", "profile", "softmax_forward", "--shape", "8,width=64", "--html", page.toString()
    };
    String said = Cli.run(line).succeeds().out();
    assertTrue(
        said.startsWith("softmax with rows=8, width=64\nsoftmax_forward, softmax.ptx:"), said);
    assertTrue(said.contains("\nlaunch ") && said.contains("\nhottest lines\n"), said);
    assertTrue(said.contains("Look at " + page), said);
    String html = Files.readString(page);
    assertTrue(html.contains("<title>softmax_forward</title>"), html);

    JsonNode json =
        Cli.run("kernels", "profile", "softmax_forward", "--shape", "8,64", "--json").json();
    assertEquals("softmax_forward", json.get("kernel").asText());
    assertEquals("emulated", json.get("device").asText());
    assertEquals("{\"rows\":8,\"width\":64}", json.get("sizes").toString());
    // Each element is read twice, for the sum and for the output, and written once.
    assertEquals(2 * 8 * 64 * 4, json.get("bytes_read").asInt());
    assertEquals(8 * 64 * 4, json.get("bytes_written").asInt());
    assertEquals(1, json.get("sector_use").asDouble());
    assertEquals(1, json.get("launches").size());
  }

  /// 2·m·n·k and nothing else: what the count of a product must be.
  @Test
  void countsTheWorkOfAProduct() {
    JsonNode json =
        Cli.run("kernels", "profile", "gemm_f32_64", "--shape", "64,128,32", "--json").json();
    int residual = 64 * 128;
    assertEquals(2 * 64 * 128 * 32 + residual, json.get("flops").asInt());
    assertEquals(0, json.get("bank_conflicts").asInt());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gelu | no kernel is called gelu; `cadj kernels` lists them",
        "sum_rows --shape 1,2,3 | shape: expected at most 2 sizes, found 1,2,3",
        "sum_rows --shape x=2 | shape: expected one of rows=256, n=1280, found x",
        "gemm_sum --shape 8,8,8 | --shape: small product does not launch gemm_sum with m=8, n=8,"
            + " k=8, but with",
        "sum_rows --shape 16777216,16777216 | shape: a tensor of [16777216, 16777216] elements",
        "sum_rows --device cpu | --device: kernels are for cuda or emulated, found cpu",
        "sum_rows --device cuda --html x | --html: lines are counted on --device emulated only",
        "sum_rows --html / | \"/\": expected a file to write, found a folder"
      })
  void whatCannotBe(String line, String says) {
    Cli.run(("kernels profile " + line).split(" ")).fails(1, says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kernels profile | NAME",
        "kernels x | x",
        "kernels profile sum_rows x | x",
        "kernels profile sum_rows --device moon | expected one of cpu, cuda, emulated,"
            + " emulated-checked, got moon"
      })
  void wrongArguments(String line, String says) {
    Cli.run(line.split(" ")).fails(2, says);
  }
}
