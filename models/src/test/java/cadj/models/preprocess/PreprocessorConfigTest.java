package cadj.models.preprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorConfigTest {
  @TempDir private Path temp;

  /// As the first published folders have it, and as an empty one would be read.
  @Test
  void oldFormIsOpenAis() throws IOException {
    assertEquals(ResizeCrop.CLIP, read("{}"));
    assertEquals(
        ResizeCrop.CLIP,
        read(
            "{\"crop_size\": 224, \"do_center_crop\": true, \"do_normalize\": true,"
                + " \"do_resize\": true, \"feature_extractor_type\": \"CLIPFeatureExtractor\","
                + " \"image_mean\": [0.48145466, 0.4578275, 0.40821073],"
                + " \"image_std\": [0.26862954, 0.26130258, 0.27577711],"
                + " \"resample\": 3, \"size\": 224}"));
  }

  @Test
  void everyKeyIsHeard() throws IOException {
    assertEquals(
        new ResizeCrop(
            40,
            Filter.BILINEAR,
            32,
            CenterCrop.FLOOR,
            new Normalization(List.of(0.1, 0.2, 0.3), List.of(1.0, 2.0, 3.0))),
        read(
            "{\"size\": {\"shortest_edge\": 40}, \"crop_size\": {\"height\": 32, \"width\": 32},"
                + " \"resample\": 2, \"image_mean\": [0.1, 0.2, 0.3], \"image_std\": [1, 2, 3]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"do_resize\": false} | do_resize: expected true, found false",
        "{\"do_center_crop\": false} | do_center_crop: expected true, found false",
        "{\"do_rescale\": false} | do_rescale: expected true, found false",
        "{\"do_normalize\": false} | do_normalize: expected true, found false",
        "{\"rescale_factor\": 1} | rescale_factor: expected 1/255, found 1.0",
        "{\"resample\": 1} | resample: expected 2 (bilinear) or 3 (bicubic), found 1",
        "{\"size\": 0} | size: expected from 1 to 4096, found 0",
        "{\"crop_size\": 225} | crop_size: expected at most the size 224, found 225",
        "{\"crop_size\": {\"height\": 8, \"width\": 9}}"
            + " | crop_size.width: expected the height 8, found 9",
        "{\"size\": {\"height\": 8}} | size.shortest_edge: expected this key, found no such key",
        "{\"image_mean\": [1]} | image_mean: expected three numbers, found [1.0]",
        "{\"image_std\": [1, 0, 1]} | image_std: expected positive numbers, found [1.0, 0.0, 1.0]"
      })
  void refusesWhatIsNotBuilt(String json, String message) {
    FileFormatException e = assertThrows(FileFormatException.class, () -> read(json));
    assertEquals(temp.resolve("preprocessor_config.json") + ": " + message, e.getMessage());
  }

  private ResizeCrop read(String json) throws IOException {
    Path file = temp.resolve("preprocessor_config.json");
    Files.writeString(file, json);
    return PreprocessorConfig.read(file);
  }
}
