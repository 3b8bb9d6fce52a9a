package cadj.cad.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.edit.Patch;
import cadj.cad.picture.PngFile;
import cadj.cad.unit.DrillDown;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.Mutants;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of damaged attributions, patches and pictures: reading, showing and applying one
/// works, or ends in one error of one line.
class DamagedFilesTest {
  private static final long SEED = 20250202;
  private static final int MUTANTS = 2_000;
  private static final int PICTURES = 10_000;

  @TempDir private Path folder;
  private final SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();

  @BeforeEach
  void model() {
    parameters.put(
        "down_blocks.0.attentions.0.transformer_blocks.0.ff.net.2.weight",
        Tensor.of(new float[] {1, -2, 3, -4, 5, -6}, 2, 3));
    parameters.put("conv_in.bias", Tensor.of(new float[] {7, -8}, 2));
  }

  @Test
  void attributions() throws IOException {
    Path file = folder.resolve("a");
    AttributionFile.write(
        file,
        new AttributionResult(
            parameters,
            Map.of("grad", parameters),
            new double[] {901, 1},
            new double[][] {{1, 2}, {3, 4}},
            new double[][] {{-1, -2}, {-3, -4}},
            new double[] {0.5, 0.25},
            Map.of("concept", "bag")));
    damage(Files.readAllBytes(file), MUTANTS);
  }

  @Test
  void patches() throws IOException {
    Path file = folder.resolve("p");
    SequencedMap<String, int[]> zeroed = new LinkedHashMap<>();
    parameters.keySet().forEach(name -> zeroed.put(name, new int[] {0, 1}));
    Patch.zeroing(zeroed, parameters, Map.of("concept", "bag")).write(file);
    damage(Files.readAllBytes(file), MUTANTS);
  }

  @Test
  void pictures() throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    Map<String, String> text = new LinkedHashMap<>();
    text.put("model", "fashion");
    text.put("prompt", "bag");
    text.put("seed", "5");
    text.put("width", "2");
    text.put("height", "2");
    text.put("steps", "3");
    text.put("guidance", "7.5");
    text.put("scheduler", "ddim");
    text.put("patches", "[\"a\"]");
    text.put("parameters", "bag\nSteps: 3");
    damage(PngFile.encode(image, text), PICTURES);
  }

  private void damage(byte[] whole, int mutants) throws IOException {
    Random random = new Random(SEED);
    int accepted = 0;
    Path file = folder.resolve("mutant");
    for (int i = 0; i < mutants; i++) {
      byte[] mutant = whole;
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        mutant = Mutants.of(mutant, random);
      }
      Files.write(file, mutant);
      try {
        accepted += show(file) ? 1 : 0;
      } catch (RuntimeException | Error e) {
        fail("mutant %d: %s".formatted(i, new String(mutant, ISO_8859_1)), e);
      }
    }
    assertTrue(accepted < mutants / 2, accepted + " were accepted");
  }

  private boolean show(Path file) {
    try {
      Report report = Report.of(file.toString());
      for (String line : report.lines(80, false)) {
        assertTrue(line.chars().noneMatch(Character::isISOControl), line);
      }
      report.json();
      if (report instanceof AttributionReport attribution) {
        AttributionPage.html(
            attribution,
            DrillDown.html(attribution.attribution().scores(), parameter -> 0, 2, null),
            "test");
      }
      if (report instanceof PatchReport patch) {
        apply(patch.patch());
      }
      return true;
    } catch (FileFormatException e) {
      assertOneLine(e);
      return false;
    }
  }

  private void apply(Patch patch) {
    try {
      patch.revert(patch.apply(parameters));
    } catch (IllegalArgumentException e) {
      assertOneLine(e);
    }
  }

  private static void assertOneLine(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.length() < 1_000, message);
  }
}
