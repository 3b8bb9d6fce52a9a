package cadj.tensor.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.kernels.device.F32;
import cadj.kernels.device.I64;
import cadj.kernels.random.TorchGenerator;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every tensor under `rng/` drawn again from its seed; a tensor's name says how it was drawn.
@GoldenTest
final class RngGoldenTest {
  private static final int NORMAL_ULPS = 2;
  private static final Pattern NAME =
      Pattern.compile("(?<kind>[a-z]+)(?<argument>\\d*)\\.seed(?<seed>\\d+)\\.(?<what>.+)");
  private static final Pattern SIZES =
      Pattern.compile("(n(?<n>\\d+)|(?<dims>\\d+(x\\d+)+))(\\.first\\d+)?");

  static Stream<Path> files() {
    return Golden.glob("rng/*.safetensors").stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void drawsWhatPyTorchDrew(Path path) {
    try (SafetensorsFile file = Golden.open(path)) {
      int sequences = 0;
      for (String name : file.names()) {
        Matcher match = NAME.matcher(name);
        assertTrue(match.matches(), "unknown name " + name);
        if (match.group("what").startsWith("seq.")) {
          sequences++;
        } else {
          check(name, match, file.tensor(name));
        }
      }
      assertEquals(sequences, checkSequences(file));
      assertFalse(file.names().isEmpty());
      Golden.count(file.names().size());
    }
  }

  private static void check(String name, Matcher match, Tensor expected) {
    TorchGenerator generator = new TorchGenerator(Long.parseLong(match.group("seed")));
    int drawn = drawn(name, match.group("what"));
    int stored = expected.elements();
    switch (match.group("kind")) {
      case "randn" -> {
        float[] x = new float[drawn];
        generator.randn(F32.of(x));
        assertUlps(name, expected, Arrays.copyOf(x, stored), NORMAL_ULPS);
      }
      case "rand" -> {
        float[] x = new float[drawn];
        generator.rand(F32.of(x));
        assertUlps(name, expected, Arrays.copyOf(x, stored), 0);
      }
      case "randint" -> {
        long[] x = new long[drawn];
        generator.randint(I64.of(x), 0, Long.parseLong(match.group("argument")));
        assertEquals(longs(expected), longs(Arrays.copyOf(x, stored)), name);
      }
      case "randperm" -> assertEquals(longs(expected), longs(generator.randperm(drawn)), name);
      default -> fail("unknown kind of draw: " + name);
    }
  }

  /// `kind.seedS.seq.a`, `….b`, …: draws in a row from one generator, in the file's order.
  private static int checkSequences(SafetensorsFile file) {
    List<String> first = file.names().stream().filter(name -> name.endsWith(".seq.a")).toList();
    int checked = 0;
    for (String a : first) {
      String prefix = a.substring(0, a.length() - 1);
      long seed = Long.parseLong(prefix.replaceAll("\\D*(\\d+)\\.seq\\.", "$1"));
      TorchGenerator generator = new TorchGenerator(seed);
      for (String name :
          file.names().stream().filter(n -> n.startsWith(prefix)).sorted().toList()) {
        Tensor expected = file.tensor(name);
        float[] x = new float[expected.elements()];
        generator.randn(F32.of(x));
        assertUlps(name, expected, x, NORMAL_ULPS);
        checked++;
      }
    }
    return checked;
  }

  /// How many elements were drawn, of which the file may hold the first few only.
  private static int drawn(String name, String what) {
    Matcher sizes = SIZES.matcher(what);
    assertTrue(sizes.matches(), "unknown sizes in " + name);
    if (sizes.group("n") != null) {
      return Integer.parseInt(sizes.group("n"));
    }
    return Shape.of(
            Arrays.stream(sizes.group("dims").split("x")).mapToInt(Integer::parseInt).toArray())
        .elements();
  }

  private static void assertUlps(String name, Tensor expected, float[] actual, int ulps) {
    float[] wanted = expected.toFloats();
    assertEquals(wanted.length, actual.length, name);
    for (int i = 0; i < wanted.length; i++) {
      float allowed = ulps * Math.ulp(wanted[i]);
      assertTrue(
          Math.abs(wanted[i] - actual[i]) <= allowed,
          "%s[%d]: expected %s, got %s".formatted(name, i, wanted[i], actual[i]));
    }
  }

  private static String longs(Tensor tensor) {
    return longs(tensor.toLongs());
  }

  private static String longs(long[] values) {
    return Arrays.toString(values);
  }
}
