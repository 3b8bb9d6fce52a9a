package cadj.models.unet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which parameters of the embedded model's UNet each kind of `--sites` is, by the modules that
/// they belong to.
class SitesTest {
  private static final ModelFiles FASHION = ModelFiles.open("fashion");
  private static final Denoiser UNET = FASHION.denoiser();

  private static SequencedMap<String, Tensor> of(Sites... sites) {
    return UNET.parameters(List.of(sites));
  }

  /// Names and nothing but the names that match, in the model's order.
  private static void assertNames(Sites site, String pattern, int rank) {
    List<String> expected =
        UNET.parameters().entrySet().stream()
            .filter(e -> e.getKey().matches(pattern) && e.getValue().rank() == rank)
            .map(Map.Entry::getKey)
            .toList();
    assertTrue(expected.size() > 1);
    assertEquals(expected, List.copyOf(of(site).keySet()));
  }

  @Test
  void eachKindByItsModules() {
    assertNames(Sites.FF, ".*\\.ff\\.net\\.(0\\.proj|2)\\.weight", 2);
    assertNames(Sites.ATTENTION, ".*\\.attn[12]\\.to_(q|k|v|out\\.0)\\.weight", 2);
    assertNames(Sites.NORM, ".*norm\\w*\\.(weight|bias)", 1);
    assertNames(Sites.CONVOLUTION, ".*", 4);
    assertEquals(UNET.parameters(), of(Sites.ALL));
  }

  /// As the embedded model's README has it.
  @Test
  void sizesOfFeedForward() {
    assertEquals(14, of(Sites.FF).size());
    assertEquals(933_888, of(Sites.FF).values().stream().mapToInt(Tensor::elements).sum());
  }

  @Test
  void severalAreTheirUnionInTheModelsOrder() {
    List<String> expected = new ArrayList<>(UNET.parameters().keySet());
    expected.removeIf(name -> !of(Sites.FF).containsKey(name) && !of(Sites.NORM).containsKey(name));
    assertEquals(expected, List.copyOf(of(Sites.NORM, Sites.FF).keySet()));
    assertEquals(Map.of(), of());
  }

  /// A folder tells the same from the files alone.
  @ParameterizedTest
  @EnumSource
  void shapesInTheFolder(Sites sites) {
    Map<String, Shape> expected = new LinkedHashMap<>();
    of(sites).forEach((name, tensor) -> expected.put(name, tensor.shape()));
    assertEquals(expected, FASHION.denoiserShapes(sites));
  }
}
