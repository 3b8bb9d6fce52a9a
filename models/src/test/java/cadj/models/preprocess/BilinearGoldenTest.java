package cadj.models.preprocess;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// torch's bilinear interpolation without antialias, to sizes above and below.
@GoldenTest
class BilinearGoldenTest {
  private static final Pattern SIZE =
      Pattern.compile("resize\\.bilinear_(\\d+)x(\\d+)(_then_2x_minus_1)?");

  @Test
  void sizes() {
    int cases = 0;
    try (SafetensorsFile golden = Golden.open("metrics/fid_kid.safetensors")) {
      Tensor input = golden.tensor("resize.input");
      for (String name : golden.names()) {
        Matcher size = SIZE.matcher(name);
        if (size.matches()) {
          int height = Integer.parseInt(size.group(1));
          int width = Integer.parseInt(size.group(2));
          float[] values =
              Bilinear.resize(input.toFloats(), 3, input.dim(2), input.dim(3), height, width);
          for (int i = 0; i < values.length && size.group(3) != null; i++) {
            values[i] = 2 * values[i] - 1;
          }
          Golden.assertClose(
              name, golden.tensor(name), Tensor.of(values, 1, 3, height, width), 5e-7);
          cases++;
        }
      }
    }
    assertTrue(cases > 1);
    Golden.count(cases);
  }
}
