package cadj.models.sd3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import cadj.tensor.golden.GoldenTest;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Which parameters each kind of `--sites` is, and of which attention with how many heads.
@GoldenTest
final class SD3SitesTest {
  private static final SD3Transformer2DModel MODEL = RecordedTransformer.SD35.model();

  private static SequencedMap<String, Tensor> of(Sites sites) {
    return MODEL.parameters(List.of(sites));
  }

  private static void assertNames(Sites sites, int count, String pattern) {
    List<String> expected =
        MODEL.parameters().keySet().stream().filter(name -> name.matches(pattern)).toList();
    assertEquals(count, expected.size());
    assertEquals(expected, List.copyOf(of(sites).keySet()));
  }

  /// Of three blocks, the first with a second attention, the last without a text of its own.
  @Test
  void eachKindByItsModules() {
    assertNames(Sites.FF, 3 * 2 + 2 * 2, ".*\\.ff(_context)?\\.net\\.(0\\.proj|2)\\.weight");
    assertNames(
        Sites.ATTENTION,
        3 * 7 + 2 + 4,
        ".*\\.attn2?\\.(to_([qkv]|out\\.0|add_out)|add_[qkv]_proj)\\.weight");
    assertNames(Sites.CONVOLUTION, 1, "pos_embed\\.proj\\.weight");
    assertNames(
        Sites.NORM,
        3 * 4 + 2 + 3 * 4 + 2,
        ".*\\.norm1(_context)?\\.linear\\..*|norm_out\\..*|.*\\.norm_(added_)?[qk]\\.weight");
    assertEquals(MODEL.parameters(), of(Sites.ALL));
  }

  @ParameterizedTest
  @EnumSource(names = "TEXT_.*", mode = EnumSource.Mode.MATCH_ALL)
  void noTextEncoders(Sites sites) {
    assertEquals(Map.of(), of(sites));
  }

  /// Heads of every parameter of an attention, and of no other.
  @Test
  void heads() {
    MODEL
        .parameters()
        .keySet()
        .forEach(name -> assertEquals(name.contains(".attn") ? 2 : 0, MODEL.heads(name), name));
    assertTrue(MODEL.crossAttentions().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "transformer_blocks.2.attn.to_q.weight, 2",
    "transformer_blocks.3.attn.to_q.weight, 0",
    "transformer_blocks.0.attn2.to_q.weight, 2",
    "transformer_blocks.1.attn2.to_q.weight, 0",
    "transformer_blocks.99999.attn.to_q.weight, 0",
    "x.transformer_blocks.0.attn.to_q.weight, 0",
    "transformer_blocks.0.attn1.to_q.weight, 0"
  })
  void headsOfAttentionsThatAreThere(String name, int heads) {
    assertEquals(heads, MODEL.heads(name));
  }
}
