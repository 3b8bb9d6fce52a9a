package cadj.cad.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.AttributionResult;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Charts of scores: what parameters are called, in which order, and how long the bars are.
class ChartTest {
  @ParameterizedTest
  @CsvSource({
    "down_blocks.0.attentions.1.transformer_blocks.0.ff.net.2.weight, down 0, 1 out",
    "up_blocks.1.attentions.0.transformer_blocks.3.ff.net.0.proj.weight, up 1, 0.3 in",
    "mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj.bias, mid, 0 in bias",
    "mid_block.attentions.0.transformer_blocks.0.attn1.to_q.weight, mid, 0 attn1.to_q",
    "down_blocks.1.resnets.0.conv1.weight, down 1, resnets.0.conv1",
    "conv_in.weight, '', conv_in",
    "text_encoder.text_model.encoder.layers.11.mlp.fc1.weight, text 11, fc1",
    "text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj.bias, text2 0, q_proj bias",
    "text_encoder_2.text_projection.weight, text2, text_projection",
    "text_encoder_3.encoder.block.2.layer.1.DenseReluDense.wi_0.weight, text3 2,"
        + " DenseReluDense.wi_0",
    "transformer_blocks.7.ff.net.0.proj.bias, block 7, in bias",
    "transformer_blocks.12.ff_context.net.2.weight, block 12, context out",
    "transformer_blocks.0.attn.to_add_out.weight, block 0, attn.to_add_out",
    "text_encoder.text_model.final_layer_norm.weight, text, final_layer_norm",
    "'<b>', '', <b>"
  })
  void places(String parameter, String block, String layer) {
    assertEquals(new ParameterLabel(block, layer), ParameterLabel.of(parameter));
  }

  private static AttributionResult sample() {
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    scores.put("conv_in.weight", Tensor.of(new float[] {1}, 1));
    scores.put("down_blocks.0.x.weight", Tensor.of(new float[] {8, -4, -4}, 3));
    scores.put("up_blocks.0.x.weight", Tensor.of(new float[] {2, -0.5f}, 2));
    scores.put("mid_block.x.weight", Tensor.of(new float[] {0}, 1));
    scores.put("mid_block.<y>.weight", Tensor.of(new float[] {-2}, 1));
    return new AttributionResult(
        scores,
        new LinkedHashMap<>(),
        new double[] {901},
        new double[][] {{1}, {8}, {2}, {0}, {0}},
        new double[][] {{0}, {-8}, {-0.5}, {0}, {-2}},
        new double[] {1},
        Map.of());
  }

  @Test
  void sumsBySignInTheOrderOfTheBlocks() {
    List<ParameterScores> parameters = ParameterScores.of(sample());
    assertEquals(
        List.of("conv_in", "down 0 x", "mid x", "mid <y>", "up 0 x"),
        parameters.stream().map(scores -> scores.label().toString()).toList());
    assertEquals(8, parameters.get(1).positive());
    assertEquals(-8, parameters.get(1).negative());
    assertEquals(List.of(0, 1, 3, 4, 2), parameters.stream().map(ParameterScores::row).toList());
  }

  @Test
  void barsFillTheWidthAndNoMore() {
    for (int width : new int[] {60, 80, 81, 200}) {
      List<String> lines = TextBars.of(ParameterScores.of(sample()), width, false);
      assertEquals(6, lines.size());
      lines.forEach(line -> assertTrue(line.length() <= width, line));
      String longest = lines.get(2); // down 0
      long blocks = longest.chars().filter(c -> c == '█').count();
      assertEquals(blocks, 2L * (longest.indexOf('│') - longest.indexOf('█')), longest);
      assertTrue(longest.length() > width - 3, longest);
    }
    TextBars.of(ParameterScores.of(sample()), 1, false); // too narrow for labels: still drawn
  }

  @Test
  void barsAreProportionalToHalfABlock() {
    List<String> lines = TextBars.of(ParameterScores.of(sample()), 60, false);
    long eight =
        lines.get(2).substring(lines.get(2).indexOf('│')).chars().filter(c -> c == '█').count();
    String two = lines.get(5).substring(lines.get(5).indexOf('│'));
    long halves = two.chars().map(c -> c == '█' ? 2 : c == '▌' ? 1 : 0).sum();
    assertEquals(2 * eight * 2 / 8.0, (double) halves, 0.5);
  }

  @Test
  void coloursAreThereOnlyWhereAsked() {
    assertFalse(
        String.join("", TextBars.of(ParameterScores.of(sample()), 80, false)).contains("\u001b"));
    String coloured = String.join("", TextBars.of(ParameterScores.of(sample()), 80, true));
    assertTrue(coloured.contains("\u001b[31m█") && coloured.contains("\u001b[34m"), coloured);
  }

  @Test
  void nothingButZerosIsDrawnToo() {
    List<ParameterScores> zero =
        List.of(new ParameterScores(0, "x", ParameterLabel.of("x"), 1, 0, 0));
    assertEquals(2, TextBars.of(zero, 80, false).size());
    assertTrue(HtmlBars.of(zero).contains("width:0.00%"));
    assertEquals(1, TextBars.of(List.of(), 80, false).size());
  }

  @Test
  void webChartsEscapeNames() {
    String bars = HtmlBars.of(ParameterScores.of(sample()));
    String heat = HeatMap.of(sample());
    for (String html : List.of(bars, heat)) {
      assertTrue(html.contains("&lt;y&gt;") && !html.contains("<y>"), html);
    }
    assertTrue(bars.contains("width:100.00%"), bars);
    assertTrue(heat.contains(">901<") && heat.contains("rgba(214,39,40,1.000)"), heat);
    assertEquals("&lt;a b=&quot;&#39;&amp;&quot;&gt;", Html.escape("<a b=\"'&\">"));
  }
}
