package cadj.cad.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.nn.Weights;
import cadj.models.FormulaWeights;
import cadj.models.inception.InceptionV3;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;

/// From a picture as it is drawn to pytorch-fid's recorded features.
@GoldenTest
class InceptionFeaturesTest {
  @Test
  void features() {
    Features features =
        new InceptionFeatures(
            new InceptionV3(
                Weights.of(
                    FormulaWeights.of(
                        JsonFile.read(Golden.require("metrics/inception.json")).list("weights")))));
    assertEquals("inception", features.name());
    try (SafetensorsFile golden = Golden.open("metrics/inception.safetensors")) {
      Tensor stored = golden.tensor("0.image_u8_hwc"); // [H,W,3]
      long[] levels = stored.permute(2, 0, 1).contiguous().toLongs();
      float[] values = new float[levels.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = levels[i] / 127.5f - 1;
      }
      Tensor picture = Tensor.of(values, 1, 3, stored.dim(0), stored.dim(1));
      double[] row = features.rows(picture)[0];
      Golden.assertClose(
          "features", golden.tensor("0.features2048"), Tensor.of(row, InceptionV3.FEATURES), 1e-5);
    }
  }
}
