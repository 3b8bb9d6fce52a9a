package cadj.cad.graph.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.graph.tape.LayeredLayout.Placed;
import cadj.cad.graph.tape.LayeredLayout.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What holds for every drawing.
class LayeredLayoutTest {
  private static Placed place(List<List<Integer>> edges, List<double[]> sizes) {
    return LayeredLayout.of(edges, sizes);
  }

  private static List<double[]> boxes(int n) {
    List<double[]> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(new double[] {100, 40});
    }
    return out;
  }

  /// Boxes neither overlap nor leave the drawing, edges go down from box to box, and the same graph
  /// is placed alike.
  @Test
  void boxesAreApartAndEdgesGoDown() {
    SplittableRandom random = new SplittableRandom(1);
    for (int graph = 0; graph < 20; graph++) {
      int n = 3 + random.nextInt(25);
      List<List<Integer>> edges = new ArrayList<>();
      List<double[]> sizes = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        List<Integer> reads = new ArrayList<>();
        for (int k = 0; i > 0 && k < random.nextInt(4); k++) {
          int from = random.nextInt(i);
          if (!reads.contains(from)) {
            reads.add(from);
          }
        }
        edges.add(reads);
        sizes.add(new double[] {50 + random.nextInt(100), 20 + random.nextInt(60)});
      }
      Placed placed = place(edges, sizes);
      for (int i = 0; i < n; i++) {
        Point at = placed.boxes().get(i);
        double[] size = sizes.get(i);
        assertTrue(at.x() - size[0] / 2 >= 0 && at.x() + size[0] / 2 <= placed.width());
        assertTrue(at.y() - size[1] / 2 >= 0 && at.y() + size[1] / 2 <= placed.height());
        for (int j = 0; j < i; j++) {
          Point other = placed.boxes().get(j);
          boolean apart =
              Math.abs(at.x() - other.x()) >= (size[0] + sizes.get(j)[0]) / 2
                  || Math.abs(at.y() - other.y()) >= (size[1] + sizes.get(j)[1]) / 2;
          assertTrue(apart, "boxes %d and %d of graph %d".formatted(i, j, graph));
        }
        for (int k = 0; k < edges.get(i).size(); k++) {
          List<Point> way = placed.edges().get(i).get(k);
          int from = edges.get(i).get(k);
          Point start = placed.boxes().get(from);
          assertEquals(new Point(start.x(), start.y() + sizes.get(from)[1] / 2), way.getFirst());
          assertEquals(new Point(at.x(), at.y() - size[1] / 2), way.getLast());
          for (int p = 1; p < way.size(); p++) {
            assertTrue(way.get(p).y() > way.get(p - 1).y());
          }
        }
      }
      assertEquals(placed, place(edges, sizes));
    }
  }

  /// Drawn in the order given, 2 reads 1 and 3 reads 0: they would cross.
  @Test
  void crossingsAreTakenOut() {
    Placed placed = place(List.of(List.of(), List.of(), List.of(1), List.of(0)), boxes(4));
    double upper = placed.boxes().get(0).x() - placed.boxes().get(1).x();
    double lower = placed.boxes().get(3).x() - placed.boxes().get(2).x();
    assertTrue(upper * lower > 0);
  }

  /// 0 → 1 → 2 → 4, and 3, which only 4 reads: beside 2, not at the top.
  @Test
  void sourcesStandRightAboveTheirReaders() {
    Placed placed =
        place(List.of(List.of(), List.of(0), List.of(1), List.of(), List.of(2, 3)), boxes(5));
    assertEquals(placed.boxes().get(2).y(), placed.boxes().get(3).y());
    assertEquals(placed.boxes().get(0).x(), placed.boxes().get(1).x(), 30);
    Placed chain = place(List.of(List.of(), List.of(0), List.of(0, 1)), boxes(3));
    assertEquals(3, chain.edges().get(2).get(0).size(), "a long edge has a point on its way");
  }

  @Test
  void nothingAndOneBoxAreDrawnToo() {
    assertEquals(0, place(List.of(), List.of()).boxes().size());
    assertEquals(1, place(List.of(List.of()), boxes(1)).boxes().size());
  }
}
