package cadj.models.classifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.FormulaWeights;
import cadj.models.files.NetworkFiles;
import cadj.models.preprocess.Recorded;
import cadj.models.preprocess.ResizeCrop;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// ResNets with bottlenecks, against torchvision's.
@GoldenTest
class ResNetGoldenTest {
  private static final double TOLERANCE = 1e-5;

  @Test
  void stored() {
    ResNet resnet =
        NetworkFiles.resNet(Golden.require("metrics/resnet-bottleneck-tiny/model.safetensors"));
    assertEquals(
        new ResNetConfig(true, List.of(1, 2, 1, 1), List.of(8, 12, 16, 24), 16, 10),
        resnet.config());
    try (SafetensorsFile golden = Golden.open("metrics/resnet.safetensors")) {
      for (int n = 0; golden.contains(n + ".image_u8_hwc"); n++) {
        assertLayers(golden, n + ".tiny.", n, resnet, 4);
      }
    }
  }

  /// 25.6 million weights.
  @Test
  void trueSize() {
    SequencedMap<String, Tensor> weights =
        FormulaWeights.of(
            JsonFile.read(Golden.require("metrics/resnet.json")).list("resnet50_weights"));
    ResNetConfig config =
        new ResNetConfig(true, List.of(3, 4, 6, 3), List.of(64, 128, 256, 512), 64, 1000);
    Weights w = Weights.of(weights);
    ResNet resnet = new ResNet(w, config);
    assertEquals(weights.keySet(), w.parameters().keySet());
    try (SafetensorsFile golden = Golden.open("metrics/resnet.safetensors")) {
      assertLayers(golden, "resnet50.", 0, resnet, 4);
    }
  }

  /// Channel means of each stage's output, and the logits, of picture `n`.
  private static void assertLayers(
      SafetensorsFile golden, String prefix, int n, ResNet resnet, int stages) {
    Tensor images =
        ResizeCrop.TORCHVISION_V1.of(List.of(Recorded.image(golden, n + ".image_u8_hwc")));
    List<String> seen = new ArrayList<>();
    Tensor logits =
        Activations.with(
            Activations.observe(
                "*",
                (key, value) -> {
                  String name = prefix + key.replace("maxpool", "stem") + "_mean";
                  if (golden.contains(name)) {
                    seen.add(key);
                    Golden.assertClose(name, golden.tensor(name), channelMeans(value), TOLERANCE);
                  }
                }),
            () -> resnet.forward(images));
    assertEquals(stages, seen.stream().filter(key -> key.startsWith("layer")).count());
    Golden.assertClose(
        prefix + "logits",
        golden.tensor(prefix + "logits"),
        logits.reshape(logits.dim(1)),
        TOLERANCE);
    Golden.count(seen.size() + 1);
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
