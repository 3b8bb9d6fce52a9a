package cadj.models.preprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Published preprocessing, as Pillow, transformers and torchvision recorded it: bytes exactly.
@GoldenTest
class PreprocessGoldenTest {
  private static final double NORMALISED = 1e-6;

  @Test
  void clip() {
    try (SafetensorsFile golden = Golden.open("metrics/clip_preprocess.safetensors")) {
      ResizeCrop found =
          PreprocessorConfig.read(
              Golden.require("metrics/clip-vit-b32-tiny/preprocessor_config.json"));
      assertEquals(ResizeCrop.CLIP, found);
      for (int n = 0; golden.contains(n + ".image_u8_hwc"); n++) {
        RgbImage image = Recorded.image(golden, n + ".image_u8_hwc");
        String name = n + ".resized_cropped_u8_chw.pil";
        Golden.assertExact(name, golden.tensor(name), Recorded.levels(found.cropped(image)));
        Tensor values = found.of(List.of(image));
        String rows = n + ".pixel_values.channel0_rows0_3";
        Golden.assertClose(
            rows,
            golden.tensor(rows),
            values.slice(1, 0, 1).slice(2, 0, 4).reshape(4, found.width()),
            NORMALISED);
        double[] sums = golden.tensor(n + ".pixel_values.sums").toDoubles();
        for (int c = 0; c < sums.length; c++) {
          double sum = 0;
          for (float value : values.slice(1, c, c + 1).toFloats()) {
            sum += value;
          }
          assertEquals(sums[c], sum, 1e-6 * values.elements());
        }
        Golden.count(3);
      }
    }
  }

  @Test
  void torchvision() {
    try (SafetensorsFile golden = Golden.open("metrics/resnet.safetensors")) {
      int cases = 0;
      for (int n = 0; golden.contains(n + ".image_u8_hwc"); n++) {
        RgbImage image = Recorded.image(golden, n + ".image_u8_hwc");
        cases += assertCropped(golden, n + ".v1_256", ResizeCrop.TORCHVISION_V1, image);
        cases += assertCropped(golden, n + ".v2_232", ResizeCrop.TORCHVISION_V2, image);
      }
      Golden.count(cases);
    }
  }

  private static int assertCropped(
      SafetensorsFile golden, String prefix, ResizeCrop preset, RgbImage image) {
    String name = prefix + ".cropped_u8_chw";
    if (!golden.contains(name)) {
      return 0; // recorded for the first picture only
    }
    Golden.assertExact(name, golden.tensor(name), Recorded.levels(preset.cropped(image)));
    return 1;
  }
}
