package cadj.models.inception;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.FormulaWeights;
import cadj.models.preprocess.FidResize;
import cadj.models.preprocess.Recorded;
import cadj.models.preprocess.RgbImage;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// pytorch-fid's InceptionV3 of true size, against its recorded features and earlier outputs.
@GoldenTest
class InceptionGoldenTest {
  private static final double TOLERANCE = 1e-5;

  private static final Map<String, String> OUTPUTS =
      Map.of("maxpool1", "block64", "maxpool2", "block192", "Mixed_6e", "block768");

  @Test
  void features() {
    JsonObject recorded = JsonFile.read(Golden.require("metrics/inception.json"));
    SequencedMap<String, Tensor> weights = FormulaWeights.of(recorded.list("weights"));
    Weights w = Weights.of(weights);
    InceptionV3 inception = new InceptionV3(w);
    assertEquals(weights.keySet(), w.parameters().keySet());
    Path file = Golden.require("metrics/inception.safetensors");
    try (SafetensorsFile golden = Golden.open(file)) {
      List<JsonObject> images = recorded.list("images").objects();
      for (int n = 0; n < images.size(); n++) {
        int[] size = images.get(n).intList("size");
        RgbImage image = repeated(Recorded.image(golden, n + ".image_u8_hwc"), size[0], size[1]);
        assertFeatures(golden, n, inception, image);
      }
    }
  }

  private static void assertFeatures(
      SafetensorsFile golden, int n, InceptionV3 inception, RgbImage image) {
    List<String> seen = new ArrayList<>();
    Tensor features =
        Activations.with(
            Activations.observe(
                "*",
                (key, value) -> {
                  if (OUTPUTS.containsKey(key)) {
                    String name = "%d.%s_mean".formatted(n, OUTPUTS.get(key));
                    seen.add(name);
                    Golden.assertClose(name, golden.tensor(name), channelMeans(value), TOLERANCE);
                  }
                }),
            () -> inception.forward(FidResize.INCEPTION.of(List.of(image))));
    assertEquals(OUTPUTS.size(), seen.size());
    String name = n + ".features2048";
    Golden.assertClose(
        name, golden.tensor(name), features.reshape(InceptionV3.FEATURES), TOLERANCE);
    Golden.count(seen.size() + 1);
  }

  /// Each pixel several times each way and cut, if the recorded picture was larger than is stored.
  private static RgbImage repeated(RgbImage image, int height, int width) {
    int times = (height + image.height() - 1) / image.height();
    byte[] levels = new byte[height * width * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          levels[(y * width + x) * 3 + c] = (byte) image.level(y / times, x / times, c);
        }
      }
    }
    return RgbImage.of(height, width, levels);
  }

  /// By a plain loop.
  private static Tensor channelMeans(Tensor x) {
    float[] values = x.contiguous().toFloats();
    int plane = x.dim(2) * x.dim(3);
    double[] means = new double[x.dim(1)];
    for (int c = 0; c < means.length; c++) {
      for (int i = 0; i < plane; i++) {
        means[c] += values[c * plane + i];
      }
    }
    return Tensor.of(Arrays.stream(means).map(sum -> sum / plane).toArray(), means.length);
  }
}
