package cadj.cad.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlotTest {
  @Test
  void ticks() {
    assertEquals(List.of(0.0, 0.2, 0.4), new Axis("x", -0.03, 0.59).ticks().subList(0, 3));
    Axis axis = Axis.over("x", 10, 20, Double.NaN);
    assertEquals(9.4, axis.low(), 1e-12);
    assertEquals(20.6, axis.high(), 1e-12);
    assertEquals(5, axis.step());
    assertEquals("10", axis.text(10));
    assertEquals("0.25", new Axis("x", 0.2, 0.3).text(0.25));
    assertEquals("0.0", new Axis("x", -1, 1).text(-1e-17));
    assertEquals(0.5, axis.share(15), 1e-12);
    assertTrue(Axis.over("x", 3, 3).high() > 3);
    assertEquals(0, Axis.over("x").low());
  }

  /// A point is in the front if none is at least as good in both and better in one.
  @Test
  void paretoFront() {
    Random random = new Random(5);
    for (int round = 0; round < 50; round++) {
      List<double[]> points = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        points.add(new double[] {random.nextInt(6), random.nextInt(6)});
      }
      List<double[]> front = ParetoFront.of(points);
      for (double[] point : points) {
        boolean beaten =
            points.stream()
                .anyMatch(
                    other ->
                        other[0] <= point[0]
                            && other[1] >= point[1]
                            && (other[0] < point[0] || other[1] > point[1]));
        boolean in = front.stream().anyMatch(other -> other[0] == point[0] && other[1] == point[1]);
        assertEquals(!beaten, in);
      }
    }
    List<double[]> stairs = ParetoFront.stairs(List.of(new double[] {0, 1}, new double[] {2, 3}));
    assertEquals(3, stairs.size());
    assertArrayEquals(new double[] {2, 1}, stairs.get(1));
  }

  /// The plot area of 400×300 goes from 56 to 388 and from 10 to 256.
  @Test
  void marks() {
    String svg =
        new Plot(400, 300, new Axis("<x>", 0, 10), new Axis("y", 0, 1))
            .dot(5, 0.25, "#fff", 3, "a<b")
            .line(List.of(new double[] {0, 0}, new double[] {10, 1}), "#000", "")
            .svg();
    assertTrue(svg.contains("cx=\"222.0\" cy=\"194.5\""), svg);
    assertTrue(svg.contains("d=\"M56.0 256.0 L388.0 10.0\""), svg);
    assertTrue(svg.contains("&lt;x&gt;") && svg.contains("a&lt;b"));
    assertFalse(svg.contains("<x>"));
  }
}
