package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cadj gpu-check` on the emulated device, at the size that it manages.
final class GpuCheckCommandTest {
  @TempDir private Path temp;

  @Test
  void allPartsOnTheEmulatedDevice() throws IOException {
    Path report = temp.resolve("a report.txt");
    JsonNode json =
        Cli.run("gpu-check", "--device", "emulated", "--json", "--out", report.toString()).json();
    for (String part : List.of("device", "kernels", "times", "shapes", "unet", "picture")) {
      assertEquals("done", json.get(part).asText(), part);
    }
    String text = Files.readString(report);
    assertTrue(text.contains("emulated: a GPU in Java, with the processor in the place"), text);
    assertTrue(text.contains("capability       sm_80"), text);
    assertTrue(text.contains("6 of 6 runs agree"), text);
    assertTrue(text.contains("unary_affine"), text);
    assertTrue(text.contains("SD1, one sample, forward and all gradients: "), text);
    assertTrue(text.contains("SDXL, one sample"), text);
    assertTrue(text.contains("the same bits"), text);
    assertFalse(text.contains("THIS PART"), text);
    assertFalse(text.contains("failed"), text);
    assertFalse(text.contains("OTHER BITS"), text);
  }

  /// The first part says that there is none, and that is all there is to say.
  @Test
  void withoutACardItEndsAtOnce() throws IOException {
    Path report = temp.resolve("report.txt");
    Cli cli = Cli.run("gpu-check", "--device", "cpu", "--quiet", "--out", report.toString());
    cli.fails(1, "--device emulated tries the check itself without a card");
    assertFalse(Files.readString(report).contains("== kernels"));
  }

  @Test
  void wantsAGpu() {
    Cli.run("gpu-check", "--device", "cpu", "--part", "device")
        .fails(1, "--device emulated tries the check itself without a card");
  }
}
