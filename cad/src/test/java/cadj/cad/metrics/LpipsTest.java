package cadj.cad.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.metrics.Lpips.Size;
import cadj.cad.picture.Pictures;
import cadj.cad.picture.PngFile;
import cadj.models.lpips.LpipsNetwork;
import cadj.models.lpips.RecordedLpips;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Distances of the recorded pictures of 53×71, as tensors and as files.
class LpipsTest {
  /// What torchmetrics gives.
  private static final double[] FULL = {0.0080384109, 0.1200};

  /// What PyTorch gives for the same network after Pillow's resize to 64×85.
  private static final double[] SHORTER_SIDE_64 = {0.0085715204, 0.1312897205};

  @TempDir private Path folder;
  private LpipsNetwork network;
  private Tensor one;
  private Tensor two;

  @BeforeEach
  void read() {
    network = RecordedLpips.network(folder);
    try (SafetensorsFile values = RecordedLpips.values()) {
      Tensor first = pictures(values.tensor("1.image0_u8_hwc"));
      one = Tensor.of(twice(first.toFloats()), 2, 3, 71, 53);
      two = pictures(values.tensor("1.image1_u8_hwc"));
    }
  }

  /// [N,H,W,3] levels → [N,3,H,W] in [−1, 1]
  private static Tensor pictures(Tensor levels) {
    double[] bytes = levels.toDoubles();
    int count = bytes.length / (71 * 53 * 3);
    float[] out = new float[bytes.length];
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < 71 * 53; i++) {
        for (int c = 0; c < 3; c++) {
          double level = bytes[(n * 71 * 53 + i) * 3 + c];
          out[(n * 3 + c) * 71 * 53 + i] = (float) (level / 127.5 - 1);
        }
      }
    }
    return Tensor.of(out, count, 3, 71, 53);
  }

  private static float[] twice(float... values) {
    float[] out = new float[2 * values.length];
    System.arraycopy(values, 0, out, 0, values.length);
    System.arraycopy(values, 0, out, values.length, values.length);
    return out;
  }

  @Test
  void asTheyAre() {
    double[] found = new Lpips(network, Size.FULL).distances(one, two);
    assertEquals(FULL[0], found[0], 1e-5 * FULL[0]);
    assertEquals(FULL[1], found[1], 1e-4);
  }

  @Test
  void shorterSide64() {
    double[] found = new Lpips(network, Size.SHORTER_SIDE_64).distances(one, two);
    assertEquals(SHORTER_SIDE_64[0], found[0], 1e-5 * SHORTER_SIDE_64[0]);
    assertEquals(SHORTER_SIDE_64[1], found[1], 1e-5 * SHORTER_SIDE_64[1]);
  }

  private Path write(String name, Tensor pictures, int n) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    PngFile.write(file, Pictures.toImage(pictures, n), Map.of());
    return file;
  }

  @Test
  void foldersByName() throws IOException {
    write("a/x.png", one, 0);
    write("a/y.png", one, 1);
    write("b/x.png", two, 1);
    write("b/y.png", two, 0);
    Map<String, Double> found =
        new Lpips(network, Size.SHORTER_SIDE_64)
            .distances(folder.resolve("a"), folder.resolve("b"));
    assertEquals(List.of("x.png", "y.png"), List.copyOf(found.keySet()));
    assertEquals(SHORTER_SIDE_64[1], found.get("x.png"), 1e-5);
    assertEquals(SHORTER_SIDE_64[0], found.get("y.png"), 1e-6);
  }

  @Test
  void foldersThatDoNotFit() throws IOException {
    Path a = write("a/x.png", one, 0).getParent();
    Path b = write("b/x.png", two, 0).getParent();
    write("b/y.png", two, 1);
    Path small = write("c/x.png", one.slice(2, 0, 40), 0).getParent();
    assertRefused("a/y.png: expected a picture of that name, found none", a, b);
    assertRefused("a/y.png: expected a picture of that name, found none", b, a);
    assertRefused("c/x.png: expected a picture of 53×71, found 53×40", a, small);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new Lpips(network, Size.FULL).distances(one, two.slice(0, 0, 1)))
            .getMessage()
            .contains("as many pictures of one size, got [2,3,71,53] and [1,3,71,53]"));
  }

  private void assertRefused(String says, Path a, Path b) {
    String message =
        assertThrows(FileFormatException.class, () -> new Lpips(network, Size.FULL).distances(a, b))
            .getMessage();
    assertTrue(message.contains(says), message);
  }
}
