package cadj.models.lpips;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.FormulaWeights;
import cadj.models.files.LpipsFiles;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Distances and each layer's part of them against torchmetrics' and the original package's.
@GoldenTest
class LpipsGoldenTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;

  private LpipsNetwork network() {
    return RecordedLpips.network(folder);
  }

  /// Bytes [N,H,W,3] or [H,W,3] as pictures [N,3,H,W] in [−1, 1].
  private static Tensor pictures(Tensor bytes, boolean fromUnit) {
    double[] levels = bytes.toDoubles();
    float[] values = new float[levels.length];
    for (int i = 0; i < values.length; i++) {
      float unit = (float) levels[i] / 255;
      values[i] = fromUnit ? 2 * unit - 1 : (float) (levels[i] / 127.5) - 1;
    }
    int height = bytes.dim(bytes.rank() - 3);
    int width = bytes.dim(bytes.rank() - 2);
    return Tensor.of(values, values.length / (3 * height * width), height, width, 3)
        .permute(0, 3, 1, 2);
  }

  @Test
  void recordedCases() {
    LpipsNetwork network = network();
    List<JsonObject> cases = RecordedLpips.recording().list("cases").objects();
    try (SafetensorsFile values = RecordedLpips.values()) {
      for (int i = 0; i < cases.size(); i++) {
        boolean fromUnit = cases.get(i).bool("normalize");
        Tensor a = pictures(values.tensor(i + ".image0_u8_hwc"), fromUnit);
        Tensor b = pictures(values.tensor(i + ".image1_u8_hwc"), fromUnit);
        Tensor layers = network.layers(a, b);
        Tensor expected = values.tensor(i + ".per_layer");
        for (int l = 0; l < 5; l++) {
          String what = "case %d layer %d".formatted(i, l);
          Golden.assertClose(
              what, expected.slice(0, l, l + 1), layers.slice(0, l, l + 1), TOLERANCE);
        }
        Golden.assertClose(
            "original", values.tensor(i + ".per_layer_original_eps_fp64"), layers, TOLERANCE);
        Golden.assertClose(
            "distance " + i, values.tensor(i + ".distance"), network.forward(a, b), TOLERANCE);
        Golden.assertClose(
            "swapped " + i, values.tensor(i + ".distance"), network.forward(b, a), TOLERANCE);
        Golden.count(layers.elements());
      }
    }
  }

  /// All scales of the network: a picture is at no distance from itself.
  @Test
  void nothingBetweenAPictureAndItself() {
    Tensor a = FormulaWeights.tensor(1, 1, 0, 1, 3, 33, 40);
    assertEquals(0, network().forward(a, a).item());
  }

  @Test
  void smallestPictures() {
    LpipsNetwork network = network();
    Tensor a = FormulaWeights.tensor(1, 1, 0, 1, 3, 31, 31);
    assertTrue(network.forward(a, FormulaWeights.tensor(2, 1, 0, 1, 3, 31, 31)).item() > 0);
    Tensor small = FormulaWeights.tensor(1, 1, 0, 1, 3, 30, 31);
    assertSays("at least 31×31, got [1,3,30,31]", () -> network.forward(small, small));
    assertSays(
        "pictures of one size and as many of both",
        () -> network.forward(a, FormulaWeights.tensor(1, 1, 0, 1, 3, 31, 32)));
    assertSays(
        "as many of both, got [2,3,31,31] and [3,3,31,31]",
        () ->
            network.forward(
                FormulaWeights.tensor(1, 1, 0, 2, 3, 31, 31),
                FormulaWeights.tensor(1, 1, 0, 3, 3, 31, 31)));
  }

  @Test
  void filesAreReadStrictly() {
    SequencedMap<String, Tensor> missing = RecordedLpips.alexnet();
    missing.remove("features.8.bias");
    assertFails("features.8.bias: expected a tensor [256], found none", missing);
    SequencedMap<String, Tensor> more = RecordedLpips.alexnet();
    more.put("features.12.bias", Tensor.of(new float[3], 3));
    assertFails("features.12.bias: expected no such tensor", more);
    SequencedMap<String, Tensor> shape = RecordedLpips.alexnet();
    shape.put("features.0.bias", Tensor.of(new float[3], 3));
    assertFails("features.0.bias: expected shape [64], found [3]", shape);
    Path alexnet =
        RecordedLpips.file(folder.resolve("alexnet.safetensors"), RecordedLpips.alexnet());
    assertTrue(
        assertThrows(FileFormatException.class, () -> LpipsFiles.load(alexnet, alexnet))
            .getMessage()
            .contains("lin0.model.1.weight: expected a tensor [1,64,1,1], found none"));
  }

  private void assertFails(String says, SequencedMap<String, Tensor> tensors) {
    Path file = RecordedLpips.file(folder.resolve("broken.safetensors"), tensors);
    String message =
        assertThrows(
                FileFormatException.class, () -> LpipsFiles.load(file, RecordedLpips.lin(folder)))
            .getMessage();
    assertTrue(message.contains(says), message);
    assertTrue(message.contains("broken.safetensors"), message);
  }

  private static void assertSays(String says, Runnable work) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.contains(says), message);
  }
}
