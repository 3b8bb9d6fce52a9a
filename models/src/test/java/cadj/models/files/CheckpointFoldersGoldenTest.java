package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The recorded folders in the forms that diffusers' and transformers' savers leave: each weight is
/// that of the plain model, rounded to the folder's type, bit for bit.
///
/// Runs on the whole set; [PartFormsTest] makes the same forms itself.
@GoldenTest
final class CheckpointFoldersGoldenTest {
  /// Files whose weights are 1.25 times the folder's, and taken.
  private static final List<String> STRAY = List.of("sd2-sharded-stray/text_encoder");

  @TempDir private Path temp;

  static Stream<Arguments> parts() {
    return Golden.globOrNone("checkpoints/*/*/config.json").stream()
        .map(Path::getParent)
        .sorted()
        .map(
            part ->
                Arguments.of(
                    String.valueOf(part.getParent().getFileName()), part.getFileName() + ""));
  }

  /// At least one, so that JUnit has something to pass over where there is none.
  static Stream<Arguments> partsOrNone() {
    List<Arguments> found = parts().toList();
    return found.isEmpty() ? Stream.of(Arguments.of("", "")) : found.stream();
  }

  @ParameterizedTest
  @MethodSource("partsOrNone")
  void everyWeight(String form, String part) {
    assumeTrue(!form.isEmpty(), "checkpoints/ is not in this set");
    Path model =
        Golden.require(form.replaceFirst("-.*", "") + "-tiny/model_index.json").getParent();
    Path recorded =
        Golden.require("checkpoints/%s/%s/config.json".formatted(form, part)).getParent();
    Path folder = Folders.copy(model, temp.resolve("model"));
    replace(folder.resolve(part), recorded);
    boolean half = form.startsWith("sd2");
    float factor = STRAY.contains(form + "/" + part) ? 1.25f : 1;
    Map<String, Tensor> expected = PartForms.loaded(ModelFiles.open(model), part);
    Map<String, Tensor> actual = PartForms.loaded(ModelFiles.open(folder), part);
    assertTrue(!expected.isEmpty());
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((key, weight) -> assertRounded(key, half, factor, weight, actual.get(key)));
    Golden.count(expected.size());
  }

  /// A stray weight was rounded first, then multiplied, then rounded again.
  private static void assertRounded(
      String key, boolean half, float factor, Tensor exact, Tensor actual) {
    float[] e = exact.toFloats();
    float[] a = actual.toFloats();
    assertEquals(DType.F32, actual.dtype(), key);
    assertEquals(e.length, a.length, key);
    for (int i = 0; i < e.length; i++) {
      float expected = half ? rounded(rounded(e[i]) * factor) : e[i];
      assertEquals(expected, a[i], key + "[" + i + "]");
    }
  }

  private static float rounded(float x) {
    return Float.float16ToFloat(Float.floatToFloat16(x));
  }

  private static void replace(Path part, Path recorded) {
    try (Stream<Path> old = Files.list(part);
        Stream<Path> fresh = Files.list(recorded)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
      for (Path file : fresh.toList()) {
        Files.copy(file, part.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
