package cadj.models.pipeline;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What XL is told about a picture's size; the recorded pictures are square and would not tell.
@GoldenTest
class TimeIdsTest {
  @Test
  void heightComesBeforeWidth() {
    for (Path folder : Golden.ofModels("text_encoder_2/config.json")) {
      TextEncoder text = TextEncoder.load(ModelFiles.open(folder.getParent().getParent()));
      Tensor timeIds = requireNonNull(text.encode(List.of("a", "b"), 48, 64).timeIds());
      assertArrayEquals(
          new float[] {48, 64, 0, 0, 48, 64, 48, 64, 0, 0, 48, 64}, timeIds.toFloats());
      Golden.count(1);
    }
  }
}
