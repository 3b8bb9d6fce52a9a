package cadj.tensor.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.F32;
import cadj.kernels.random.Philox;
import cadj.kernels.random.TorchCudaGenerator;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Every tensor under `rng-cuda/` drawn again from its seed, and what others printed who had the
/// GPU.
@GoldenTest
final class RngCudaGoldenTest {
  private static final double TOLERANCE = 1e-5;

  /// Of numbers printed with four digits after the point.
  private static final double FOUR_DIGITS = 5.1e-5;

  private static final Pattern NAME =
      Pattern.compile(
          "(?<kind>words|randn|next)\\.seed(?<seed>\\d+)\\.(n(?<n>\\d+)\\.threads(?<threads>\\d+)"
              + "|(?<dims>\\d+(x\\d+)+))(\\.call(?<call>\\d+))?");

  @Test
  void wordsAndDrawsInOneWave() {
    check("rng-cuda/philox_normal.safetensors");
  }

  @Test
  void drawsBeyondOneWaveOfSmallDevices() {
    check("rng-cuda/beyond_one_wave.safetensors");
  }

  private static void check(String file) {
    try (SafetensorsFile golden = Golden.open(file)) {
      for (String name : golden.names()) {
        Matcher match = NAME.matcher(name);
        assertTrue(match.matches(), "unknown name " + name);
        check(name, match, golden.tensor(name));
      }
      Golden.count(golden.names().size());
    }
  }

  private static void check(String name, Matcher match, Tensor expected) {
    long seed = Long.parseLong(match.group("seed"));
    if (match.group("kind").equals("words")) {
      assertWords(name, seed, expected);
      return;
    }
    TorchCudaGenerator generator =
        match.group("threads") == null
            ? new TorchCudaGenerator(seed)
            : new TorchCudaGenerator(seed, Integer.parseInt(match.group("threads")));
    int before = match.group("call") == null ? 0 : Integer.parseInt(match.group("call"));
    if (match.group("kind").equals("next")) {
      draw(generator, Integer.parseInt(match.group("n")));
    }
    for (int i = 0; i < before; i++) {
      draw(generator, expected.elements());
    }
    assertDraws(name, expected.toDoubles(), draw(generator, expected.elements()), TOLERANCE);
  }

  private static void assertWords(String name, long seed, Tensor expected) {
    int threads = expected.dim(1);
    long[] words = expected.toLongs();
    for (int thread = 0; thread < threads; thread++) {
      int[] actual = Philox.words(seed, 0, thread);
      for (int k = 0; k < actual.length; k++) {
        assertEquals(words[k * threads + thread], Integer.toUnsignedLong(actual[k]), name);
      }
    }
  }

  private static void assertDraws(
      String name, double[] expected, float[] actual, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance, "%s[%d]".formatted(name, i));
    }
  }

  private static float[] draw(TorchCudaGenerator generator, int n) {
    float[] out = new float[n];
    generator.randn(F32.of(out));
    return out;
  }

  /// One of the printed draws: which elements of it were printed.
  private record Printed(long seed, int threads, int n, double mean, double std, int... elements) {}

  private static final int[] ALL = {};

  /// By how their descriptions begin.
  private static final Map<String, Printed> PRINTED =
      Map.ofEntries(
          printed("stable-diffusion-webui", 0, TorchCudaGenerator.A100_THREADS, 12, ALL),
          printed("printed 8x8 tensor", 0, TorchCudaGenerator.A100_THREADS, 64, ALL),
          printed("flashinfer docs: seed 42", 42, TorchCudaGenerator.A100_THREADS, 10, ALL),
          printed("robotics log", 42, TorchCudaGenerator.A100_THREADS, 19, ALL),
          printed("pytorch issue 79496", 10, TorchCudaGenerator.A100_THREADS, 3, ALL),
          printed(
              "pytorch issue 62467",
              43,
              TorchCudaGenerator.threads(84, 1536),
              3 * 128 * 128,
              0,
              16384,
              32768),
          printed(
              "pytorch issue 143086",
              1,
              TorchCudaGenerator.threads(132, 2048),
              9_483_264,
              0,
              1,
              2,
              9_483_261,
              9_483_262,
              9_483_263),
          printed(
              "the same, A100",
              1,
              TorchCudaGenerator.A100_THREADS,
              9_483_264,
              0,
              1,
              2,
              9_483_261,
              9_483_262,
              9_483_263),
          printed(
              "pytorch issue 158398",
              42,
              TorchCudaGenerator.threads(28, 1536),
              64 * 2048,
              corners(64, 2048)),
          Map.entry(
              "pytorch issue 97097",
              new Printed(
                  14,
                  TorchCudaGenerator.threads(48, 1536),
                  1000 * 100,
                  5,
                  Math.sqrt(5),
                  corners(1000, 100))));

  /// A later draw, whose place in the stream was found by trying.
  private static final String LATER = "flashinfer docs: the next randn(2,5)";

  private static Map.Entry<String, Printed> printed(
      String what, long seed, int threads, int n, int... elements) {
    return Map.entry(what, new Printed(seed, threads, n, 0, 1, elements));
  }

  /// The elements that PyTorch prints of a large matrix: three rows and columns at each end.
  private static int[] corners(int rows, int columns) {
    int[] ends = {0, 1, 2, -3, -2, -1};
    return Arrays.stream(ends)
        .flatMap(
            r ->
                Arrays.stream(ends)
                    .map(c -> Math.floorMod(r, rows) * columns + Math.floorMod(c, columns)))
        .toArray();
  }

  @Test
  void whatOthersPrinted() {
    List<JsonObject> all = JsonFile.readList(Golden.require("rng-cuda/published.json")).objects();
    for (JsonObject published : all) {
      String what = published.string("what");
      if (what.startsWith(LATER)) {
        continue;
      }
      Printed printed =
          PRINTED.entrySet().stream()
              .filter(entry -> what.startsWith(entry.getKey()))
              .findFirst()
              .orElseThrow(() -> new AssertionError("unknown: " + what))
              .getValue();
      float[] drawn = draw(new TorchCudaGenerator(printed.seed(), printed.threads()), printed.n());
      int[] elements =
          printed.elements().length == 0
              ? IntStream.range(0, printed.n()).toArray()
              : printed.elements();
      double[] values = published.list("published").numbers();
      assertEquals(values.length, elements.length, what);
      for (int i = 0; i < values.length; i++) {
        double actual = printed.mean() + printed.std() * drawn[elements[i]];
        assertEquals(values[i], actual, FOUR_DIGITS, what + " " + i);
      }
      Golden.count(1);
    }
  }

  /// Rows of five divided by their sums, at offset 16: what four short draws lead to.
  @Test
  void aLaterDrawThatOthersPrinted() {
    double[] expected =
        JsonFile.readList(Golden.require("rng-cuda/published.json")).objects().stream()
            .filter(published -> published.string("what").startsWith(LATER))
            .findFirst()
            .orElseThrow()
            .list("published")
            .numbers();
    TorchCudaGenerator generator = new TorchCudaGenerator(42);
    IntStream.range(0, 4).forEach(call -> draw(generator, 10));
    float[] drawn = draw(generator, 10);
    for (int i = 0; i < expected.length; i++) {
      int row = i / 5 * 5;
      double sum = IntStream.range(row, row + 5).mapToDouble(j -> drawn[j]).sum();
      assertEquals(expected[i], drawn[i] / sum, FOUR_DIGITS);
    }
    Golden.count(1);
  }
}
