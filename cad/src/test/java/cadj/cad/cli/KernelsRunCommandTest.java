package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.kernels.device.I64;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `cadj kernels run` and `cadj kernels profile` with a PTX file: those of the documentation.
class KernelsRunCommandTest {
  private static final String SAXPY = "../docs/kernels/saxpy.ptx";
  private static final String ROWSUMS = "../docs/kernels/rowsums.ptx";

  @TempDir private Path folder;

  private static Cli kernels(String line, String... more) {
    List<String> words = new ArrayList<>(List.of("kernels"));
    words.addAll(List.of(line.split(" +")));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  @Test
  void saxpy() {
    Path out = folder.resolve("y.safetensors");
    String said =
        kernels(
                "run "
                    + SAXPY
                    + " --grid 1 --block 32 --arg i32=3 --arg f32=2 --arg f32[4]=1,2,3,4"
                    + " --arg f32[4]=range --print 9 --out "
                    + out)
            .succeeds()
            .out();
    assertEquals(
        """
        saxpy, saxpy.ptx:15, grid (1,1,1), block (32,1,1), 0 bytes shared
        argument 3, saxpy_param_2, f32[4]: 1.0 2.0 3.0 4.0
        argument 4, saxpy_param_3, f32[4]: 2.0 5.0 8.0 3.0
        It ran to its end, and the checks found nothing.
        Written %s
        """
            .formatted(out),
        said);
    try (SafetensorsFile file = SafetensorsFile.open(out)) {
      assertEquals(2, file.names().size());
      assertEquals("saxpy", file.metadata("kernel"));
      Scope.run(
          "read",
          () -> assertArrayEquals(new float[] {2, 5, 8, 3}, file.tensor("arg4").toFloats()));
    }
    // What was written can be read.
    JsonNode json =
        kernels(
                "run "
                    + SAXPY
                    + " --grid 1 --block 32 --arg i32=4 --arg f32=1 --arg f32[4]=zeros --print 2",
                "--arg",
                "f32[4]=" + out + ":arg4",
                "--json")
            .json();
    assertEquals("[\"2.0\",\"5.0\"]", json.get("arrays").get(1).get("values").toString());
    assertEquals("saxpy_param_3", json.get("arrays").get(1).get("parameter").asText());
    assertEquals("emulated", json.get("device").asText());
  }

  /// `random` fills as it says, and what kernels print is shown.
  @Test
  void rowsums() {
    String line =
        "run "
            + ROWSUMS
            + " --grid 2 --block 128 --arg f32[2]=empty --arg f32[400]=random:7:2:2.5 --arg"
            + " i32=200";
    List<String> said = kernels(line + " --print 2").succeeds().out().lines().toList();
    assertTrue(said.get(1).startsWith("row 0: 4"), said::toString);
    assertTrue(said.get(2).startsWith("row 1: 4"), said::toString);
    JsonNode json = kernels(line + " --print 400 --json").json();
    double sum = 0;
    for (int i = 0; i < 200; i++) {
      double x = json.get("arrays").get(1).get("values").get(i).asDouble();
      assertTrue(x >= 2 && x < 2.5, "x " + i + " = " + x);
      sum += x;
    }
    assertEquals(sum, json.get("arrays").get(0).get("values").get(0).asDouble(), 1e-3);
    assertTrue(json.get("printed").asText().startsWith("row 0: 4"), json::toString);
  }

  @Test
  void lists() {
    assertEquals(
        """
        saxpy.ptx: PTX 9.0 for sm_75, entries: 1
          saxpy(.u32 saxpy_param_0, .f32 saxpy_param_1, .u64 saxpy_param_2, .u64 saxpy_param_3)
        """,
        kernels("run " + SAXPY).succeeds().out());
    JsonNode json = kernels("run " + SAXPY + " --json").json();
    assertEquals("saxpy", json.get("entries").get(0).get("entry").asText());
    assertTrue(json.get("entries").get(0).get("refused").isNull());
  }

  @Test
  void storesIntegersWithRoomForAllTheirValues() throws IOException {
    Path ptx = folder.resolve("id.ptx");
    Files.writeString(
        ptx, ".version 7.0\n.target sm_70\n.address_size 64\n.entry id(.param .u64 x) { ret; }\n");
    Path out = folder.resolve("x.safetensors");
    for (String type : List.of("u32", "u16", "u8", "i64", "i8")) {
      kernels("run " + ptx + " --out " + out + " --arg " + type + "[2]=range").succeeds();
    }
    kernels("run " + ptx + " --out " + out + " --arg u32[2]=0xffffffff,7").succeeds();
    try (SafetensorsFile file = SafetensorsFile.open(out)) {
      assertEquals(DType.I64, file.dtype("arg1"));
      Scope.run(
          "read",
          () -> {
            I64 values = (I64) file.tensor("arg1").denseBuffer();
            assertEquals(0xffffffffL, values.array()[values.offset()]);
          });
    }
    Path other = folder.resolve("other.safetensors");
    Scope.run(
        "write",
        () -> new SafetensorsWriter().add("x", Tensor.of(new float[] {1, 2}, 2)).write(other));
    kernels("run " + ptx + " --arg f64[2]=" + other + ":x")
        .fails(1, "expected f64[2], found F32 with 2 elements in " + other);
    kernels("run " + ptx + " --arg f32[2]=" + other + ":y").fails(1, "y");
  }

  @Test
  void profiles() throws IOException {
    Path page = folder.resolve("page.html");
    String line =
        "profile "
            + ROWSUMS
            + " --grid 2 --block 128 --arg f32[2]=zeros --arg f32[256]=range --arg i32=128";
    String said = kernels(line + " --html " + page).succeeds().out();
    assertTrue(said.startsWith("rowsums, rowsums.ptx:23\n"), said);
    assertTrue(said.contains("\nhottest lines of the source\n"), said);
    assertTrue(said.contains("rowsums.cu:15      parts[t] += parts[t + half];"), said);
    String html = Files.readString(page);
    assertTrue(html.contains("rowsums.cu</td>") && html.contains("printf(&quot;row"), html);
    JsonNode json = kernels(line + " --json").json();
    // Each element is read once, and each sum written once.
    assertEquals(2 * 128 * 4, json.get("bytes_read").asInt());
    assertEquals(2 * 4, json.get("bytes_written").asInt());
    long threads = 0;
    for (JsonNode source : json.get("source_lines")) {
      assertEquals("rowsums.cu", source.get("file").asText());
      if (source.get("line").asInt() == 9) {
        threads = source.get("sectors").asLong();
        assertEquals("sum += x[blockIdx.x * n + i];", source.get("text").asText());
      }
    }
    // 256 floats of 4 bytes in sectors of 32.
    assertEquals(32, threads);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "run S --grid 1 | saxpy.ptx: saxpy(.u32 saxpy_param_0, .f32 saxpy_param_1, .u64"
            + " saxpy_param_2, .u64 saxpy_param_3): expected 4 arguments, found 0",
        "run S --entry sax | saxpy.ptx: --entry: expected one of saxpy, found sax",
        "run S --grid 0 | launch: grid (0,1,1)",
        "run S --grid 1,2,3,4 | --grid: expected one to three sizes such as 8,4, found 1,2,3,4",
        "run S --block x | --block: expected one to three sizes such as 8,4, found x",
        "run S --arg 5 | --arg 5: expected TYPE=NUMBER, TYPE[LENGTH]=VALUES or bytes=HEX, as i32=8",
        "run S --arg f33=5 | --arg f33=5: expected a type (f64, f32, f16, bf16, i64,",
        "run S --arg i8=200 | --arg i8=200: expected a number of type i8, found 200",
        "run S --arg u8=-1 | --arg u8=-1: expected a number of type u8, found -1",
        "run S --arg f32=x | --arg f32=x: expected a number of type f32, found x",
        "run S --arg f32[0]=zeros | --arg f32[0]=zeros: expected a length from 1 to 268435456,"
            + " found 0",
        "run S --arg f32[3]=1,2 | --arg f32[3]=1,2: expected random:SEED, zeros, range, empty,"
            + " FILE.safetensors:KEY or a list of 3 numbers, found 2 of them",
        "run S --arg f32[3]=ones | or a list of 3 numbers, found ones",
        "run S --arg f32[3]=random:x | expected a number of type i64, found x",
        "run S --arg f32[3]=random:1:2 | expected random:SEED or random:SEED:LOW:HIGH",
        "run S --arg f32[3]=random:1:2:2 | expected LOW below HIGH, found 2 and 2",
        "run S --arg u8[3]=random:1:0:1000 | expected a number of type u8, found 999",
        "run S --arg i8[200]=range | expected a number of type i8, found 199",
        "run S --arg bytes=0x | --arg bytes=0x: expected two hexadecimal digits for each byte",
        "run S --arg f32[1]=none.safetensors:x | none.safetensors",
        "run S --print -1 | --print: expected a number of elements, found -1",
        "run S --device cpu | --device: kernels are for cuda or emulated, found cpu",
        "run S --out S | saxpy.ptx: expected another file than the one that is read",
        "run none.ptx | none.ptx",
        "run S --grid 1 --block 9 --arg i32=9 --arg f32=1 --arg f32[8]=zeros --arg f32[9]=zeros |"
            + " thread (8,0,0): reads 4 bytes at",
        "profile S | saxpy.ptx: saxpy(.u32",
        "profile S --shape 3 | --shape: for the program's own kernels; of a PTX file, give --grid",
        "profile sum_rows --grid 3 | sum_rows: --entry, --grid, --block, --shared and --arg are for"
            + " PTX files"
      })
  void whatCannotBe(String line, String says) {
    kernels(line.replace(" S", " " + SAXPY)).fails(1, says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "'' => x.ptx:1: expected '.version', found the end of the file",
        ".version 7.0 => x.ptx:1: expected '.target', found the end of the file",
        "'.version 7.0\n.target sm_70\n.address_size 64\n.func f; .func g { call f; ret; } "
            + ".func f { call g; ret; } .entry k() { call f; ret; }' => x.ptx:4: function 'f' calls"
            + " itself",
        "'.version 7.0\n.target sm_70\n.address_size 64\n.global .b32 x[99999999999];' => x.ptx:4:"
            + " expected a size from 1 to 2147483647, found 99999999999"
      })
  void hostileFiles(String text, String says) throws IOException {
    Path ptx = folder.resolve("x.ptx");
    Files.writeString(ptx, text);
    kernels("run " + ptx).fails(1, says);
  }

  @Test
  void comparesWhereThereIsAGpuOnly() {
    Cli cli =
        kernels(
            "run "
                + SAXPY
                + " --compare --grid 1 --block 4 --arg i32=4 --arg f32=1 --arg f32[4]=range"
                + " --arg f32[4]=range");
    if (cli.code() == 0) {
      assertTrue(cli.out().contains("argument 4, saxpy_param_3, f32[4]:"), cli.out());
    } else {
      cli.fails(1, "--compare: cuda: ");
    }
  }
}
