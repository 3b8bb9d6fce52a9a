package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Sites name the parameters they should, on the embedded model's denoiser.
class SitesTest {
  private static final Map<String, Tensor> PARAMETERS = Runs.PIPELINE.unet().parameters();

  @Test
  void feedForwardIsTheMatricesOfFeedForwardLayers() {
    List<String> names = List.copyOf(Sites.FF.of(PARAMETERS).keySet());
    assertEquals(14, names.size()); // as the embedded model's README has it
    names.forEach(name -> assertTrue(name.matches(".*\\.ff\\.net\\.(0\\.proj|2)\\.weight"), name));
    assertEquals(
        933_888, Sites.FF.of(PARAMETERS).values().stream().mapToInt(Tensor::elements).sum());
  }

  @Test
  void severalAreTheirUnionInTheModelsOrder() {
    List<String> both =
        List.copyOf(Sites.anyOf(List.of(Sites.NORM, Sites.FF), PARAMETERS).keySet());
    List<String> expected = new ArrayList<>(PARAMETERS.keySet());
    expected.removeIf(
        name ->
            !Sites.FF.of(PARAMETERS).containsKey(name)
                && !Sites.NORM.of(PARAMETERS).containsKey(name));
    assertEquals(expected, both);
  }

  @Test
  void attentionIsItsFourMatrices() {
    List<String> names = List.copyOf(Sites.ATTENTION.of(PARAMETERS).keySet());
    assertEquals(7 * 2 * 4, names.size());
    names.forEach(
        name -> assertTrue(name.matches(".*\\.attn[12]\\.to_(q|k|v|out\\.0)\\.weight"), name));
  }

  @Test
  void convolutionIsWhatHasFourDimensions() {
    assertTrue(Sites.CONVOLUTION.of(PARAMETERS).containsKey("conv_in.weight"));
    Sites.CONVOLUTION.of(PARAMETERS).values().forEach(w -> assertEquals(4, w.rank()));
  }

  @Test
  void normalisationIsScalesAndShifts() {
    List<String> names = List.copyOf(Sites.NORM.of(PARAMETERS).keySet());
    assertTrue(names.contains("conv_norm_out.bias"));
    names.forEach(name -> assertTrue(name.matches(".*norm\\w*\\.(weight|bias)"), name));
    Sites.NORM.of(PARAMETERS).values().forEach(w -> assertEquals(1, w.rank()));
  }

  @Test
  void theyDoNotOverlapAndKeepTheModelsOrder() {
    List<String> all = new ArrayList<>();
    for (Sites sites : Sites.values()) {
      if (sites != Sites.ALL) {
        all.addAll(sites.of(PARAMETERS).keySet());
      }
    }
    assertEquals(all.size(), all.stream().distinct().count());
    assertEquals(List.copyOf(PARAMETERS.keySet()), List.copyOf(Sites.ALL.of(PARAMETERS).keySet()));
  }
}
