package cadj.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import org.junit.jupiter.api.Test;

/// Weights by formula against those of the recordings' own generator.
@GoldenTest
class FormulaWeightsTest {
  @Test
  void samples() {
    JsonObject samples = JsonFile.read(Golden.require("metrics/splitmix.json"));
    long seed = samples.longInteger("seed");
    JsonList words = samples.list("first8_u64");
    JsonList high = samples.list("first8_u24");
    for (int i = 0; i < words.size(); i++) {
      long word = FormulaWeights.splitmix64(seed, i);
      assertEquals(words.get(i).string(), Long.toUnsignedString(word));
      assertEquals(high.get(i).longInteger(), word >>> 40);
    }
    double[] expected = samples.list("formula_scale_0_5_shift_1").numbers();
    float[] values = FormulaWeights.tensor(seed, 0.5f, 1, 2, 4).toFloats();
    for (int i = 0; i < expected.length; i++) {
      assertEquals((float) expected[i], values[i]);
    }
    Golden.count(words.size() + high.size() + values.length);
  }
}
