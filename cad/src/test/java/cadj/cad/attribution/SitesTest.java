package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Sites name the parameters they should, on the embedded model's denoiser.
class SitesTest {
  private static final Map<String, Tensor> PARAMETERS = Runs.PIPELINE.denoiser().parameters();

  private static SequencedMap<String, Tensor> of(Sites sites) {
    return Runs.PIPELINE.denoiser().parameters(List.of(sites));
  }

  @Test
  void feedForwardIsTheMatricesOfFeedForwardLayers() {
    List<String> names = List.copyOf(of(Sites.FF).keySet());
    assertEquals(14, names.size()); // as the embedded model's README has it
    names.forEach(name -> assertTrue(name.matches(".*\\.ff\\.net\\.(0\\.proj|2)\\.weight"), name));
    assertEquals(933_888, of(Sites.FF).values().stream().mapToInt(Tensor::elements).sum());
  }

  @Test
  void severalAreTheirUnionInTheModelsOrder() {
    List<String> both =
        List.copyOf(Runs.PIPELINE.denoiser().parameters(List.of(Sites.NORM, Sites.FF)).keySet());
    List<String> expected = new ArrayList<>(PARAMETERS.keySet());
    expected.removeIf(name -> !of(Sites.FF).containsKey(name) && !of(Sites.NORM).containsKey(name));
    assertEquals(expected, both);
  }

  @Test
  void attentionIsItsFourMatrices() {
    List<String> names = List.copyOf(of(Sites.ATTENTION).keySet());
    assertEquals(7 * 2 * 4, names.size());
    names.forEach(
        name -> assertTrue(name.matches(".*\\.attn[12]\\.to_(q|k|v|out\\.0)\\.weight"), name));
  }

  @Test
  void convolutionIsWhatHasFourDimensions() {
    assertTrue(of(Sites.CONVOLUTION).containsKey("conv_in.weight"));
    of(Sites.CONVOLUTION).values().forEach(w -> assertEquals(4, w.rank()));
  }

  @Test
  void normalisationIsScalesAndShifts() {
    List<String> names = List.copyOf(of(Sites.NORM).keySet());
    assertTrue(names.contains("conv_norm_out.bias"));
    names.forEach(name -> assertTrue(name.matches(".*norm\\w*\\.(weight|bias)"), name));
    of(Sites.NORM).values().forEach(w -> assertEquals(1, w.rank()));
  }

  @Test
  void theyDoNotOverlapAndKeepTheModelsOrder() {
    List<String> all = new ArrayList<>();
    for (Sites sites : Sites.values()) {
      if (sites != Sites.ALL) {
        all.addAll(of(sites).keySet());
      }
    }
    assertEquals(all.size(), all.stream().distinct().count());
    assertEquals(List.copyOf(PARAMETERS.keySet()), List.copyOf(of(Sites.ALL).keySet()));
  }
}
