package cadj.cad.overlap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.overlap.Overlap.Agreement;
import cadj.cad.overlap.Overlap.Pair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OverlapTest {
  private static Agreement agreement(String name, Pair... pairs) {
    Map<Pair, Map<Overlap.Top, SetOverlap>> sets = new LinkedHashMap<>();
    for (Pair pair : pairs) {
      sets.put(pair, Map.of());
    }
    return new Agreement(name, 1, 1, sets, Map.of());
  }

  /// Blocks in the order in which data meet them, and within one as the model has them.
  @Test
  void layersByDepth() {
    List<Agreement> layers =
        Stream.of(
                "conv_out.weight",
                "up_blocks.1.resnets.0.conv1.weight",
                "up_blocks.0.resnets.0.conv1.weight",
                "mid_block.resnets.0.conv1.weight",
                "text_encoder_2.text_model.encoder.layers.0.mlp.fc1.weight",
                "down_blocks.1.resnets.0.conv1.weight",
                "text_encoder.text_model.encoder.layers.1.mlp.fc1.weight",
                "down_blocks.0.resnets.0.conv1.weight",
                "conv_in.weight")
            .map(OverlapTest::agreement)
            .toList();
    assertEquals(
        List.of(
            "text_encoder.text_model.encoder.layers.1.mlp.fc1.weight",
            "text_encoder_2.text_model.encoder.layers.0.mlp.fc1.weight",
            "conv_in.weight",
            "down_blocks.1.resnets.0.conv1.weight",
            "down_blocks.0.resnets.0.conv1.weight",
            "mid_block.resnets.0.conv1.weight",
            "up_blocks.1.resnets.0.conv1.weight",
            "up_blocks.0.resnets.0.conv1.weight",
            "conv_out.weight"),
        new Overlap(List.of(), List.of(), agreement(""), layers)
            .byDepth().stream().map(Agreement::name).toList());
  }

  @Test
  void pairsAreThoseOfTheWholeModel() {
    List<Pair> pairs = List.of(new Pair(0, 1), new Pair(0, 2), new Pair(1, 2));
    Agreement whole = agreement("", pairs.toArray(Pair[]::new));
    assertEquals(pairs, new Overlap(List.of(), List.of(), whole, List.of()).pairs());
  }
}
