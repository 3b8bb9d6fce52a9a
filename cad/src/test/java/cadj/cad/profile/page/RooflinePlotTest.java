package cadj.cad.profile.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.profile.page.RooflinePlot.Point;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Where points and roof stand in the plot.
class RooflinePlotTest {
  private static final Point CONV = new Point("conv2d", false, 8e6, 1e5, 1e5, 0.64);
  private static final Point LINEAR = new Point("linear backward", true, 1e6, 1e6, 1e5, 0.16);
  private static final Point COPY = new Point("cat", false, 0, 1e6, 1e5, 0.2);
  private static final RooflinePlot PLOT = new RooflinePlot(100, 10);

  @Test
  void aFactorIsADistance() {
    String svg = PLOT.svg(List.of(LINEAR, CONV, COPY));
    List<MatchResult> dots =
        Pattern.compile(
                "<circle class=\"(\\w+)\" cx=\"([\\d.]+)\" cy=\"([\\d.]+)\" r=\"([\\d.]+)\">")
            .matcher(svg)
            .results()
            .toList();
    assertEquals(2, dots.size(), "what does no arithmetic has no place");
    assertEquals("forward", dots.get(0).group(1), "the one with the most time is drawn first");
    assertEquals("backward", dots.get(1).group(1));
    assertEquals(22 * 0.8, number(dots.get(0), 4), 0.06, "the area is the share");
    assertEquals(22 * 0.4, number(dots.get(1), 4), 0.06);
    double decadeX = gap(svg, "x=\"([\\d.]+)\" y=\"390\" text-anchor=\"middle\">", "1", "10");
    double decadeY = -gap(svg, "x=\"56\" y=\"([\\d.]+)\" text-anchor=\"end\">", "10", "100");
    // 80 FLOP per byte and 80 GFLOP/s against 1 and 10
    assertEquals(Math.log10(80) * decadeX, number(dots.get(0), 2) - number(dots.get(1), 2), 0.3);
    assertEquals(Math.log10(8) * decadeY, number(dots.get(1), 3) - number(dots.get(0), 3), 0.3);
    assertTrue(
        svg.contains("<title>conv2d: 64.0 % of the time, 80.0 FLOP/byte, 80.0 GFLOP/s, 80.0 %"),
        svg);
    // a tenth of the ridge's intensity: a tenth of the peak is the roof
    assertTrue(
        svg.contains(
            "<title>linear backward: 16.0 % of the time, 1.00 FLOP/byte, 10.0 GFLOP/s, 100.0 %"),
        svg);
  }

  @Test
  void theRoofBendsAtTheRidge() {
    String svg = PLOT.svg(List.of(LINEAR, CONV));
    MatchResult roof =
        Pattern.compile(
                "class=\"roof\" d=\"M[\\d.]+ [\\d.]+ L([\\d.]+) ([\\d.]+) L[\\d.]+ ([\\d.]+)\"")
            .matcher(svg)
            .results()
            .findAny()
            .orElseThrow();
    assertEquals(number(roof, 2), number(roof, 3));
    double ten = place(svg, "x=\"([\\d.]+)\" y=\"390\" text-anchor=\"middle\">", "10");
    assertEquals(ten, number(roof, 1), 0.11, "100 GFLOP/s over 10 GB/s");
    assertEquals(100, PLOT.roof(10));
    assertEquals(100, PLOT.roof(1000));
    assertEquals(5, PLOT.roof(0.5));
  }

  /// Only powers between its ends.
  @Test
  void anAxisHasThePowersOnIt() {
    LogAxis axis = LogAxis.over(0, 100, 5, 50);
    assertEquals(List.of(10.0, 100.0), axis.powers());
    assertEquals(0, axis.at(5 / Math.sqrt(10)), 1e-9);
    assertEquals(100, axis.at(50 * Math.sqrt(10)), 1e-9);
    assertEquals(50, axis.at(Math.sqrt(5 * 50)), 1e-9);
  }

  /// The others when pointed at.
  @Test
  void tenAreNamed() {
    List<Point> points =
        IntStream.range(0, 14)
            .mapToObj(i -> new Point("p" + i, false, 1e6 * Math.pow(4, i), 1e6, 1e5, 0.01))
            .toList();
    String svg = new RooflinePlot(1e5, 10).svg(points);
    assertEquals(10, svg.split("<text class=\"name\"", -1).length - 1);
    assertEquals(14, svg.split("<circle", -1).length - 1);
  }

  @Test
  void namesDoNotLieOverEachOther() {
    Point same = new Point("near", false, 8e6, 1e5, 1.01e5, 0.5);
    String svg = PLOT.svg(List.of(CONV, same));
    assertTrue(svg.contains(">conv2d</text>"), svg);
    assertFalse(svg.contains(">near</text>"), svg);
  }

  private static double gap(String svg, String place, String from, String to) {
    return place(svg, place, to) - place(svg, place, from);
  }

  private static double place(String svg, String place, String tick) {
    return Pattern.compile(place + tick + "</text>")
        .matcher(svg)
        .results()
        .mapToDouble(it -> number(it, 1))
        .findAny()
        .orElseThrow(() -> new AssertionError(tick + " in " + svg));
  }

  private static double number(MatchResult match, int group) {
    return Double.parseDouble(match.group(group));
  }
}
