package cadj.cad.evaluate.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The points [x, y] that no other beats in both coordinates: lower x and higher y is better.
final class ParetoFront {
  private ParetoFront() {}

  /// By rising x, and so by rising y.
  static List<double[]> of(List<double[]> points) {
    List<double[]> sorted = new ArrayList<>(points);
    sorted.sort(
        Comparator.<double[]>comparingDouble(point -> point[0])
            .thenComparing(Comparator.<double[]>comparingDouble(point -> point[1]).reversed()));
    List<double[]> out = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (double[] point : sorted) {
      if (point[1] > best) {
        out.add(point);
        best = point[1];
      }
    }
    return out;
  }

  /// The front as stairs: from each point to the right, then up to the next.
  static List<double[]> stairs(List<double[]> front) {
    List<double[]> out = new ArrayList<>();
    for (int i = 0; i < front.size(); i++) {
      if (i > 0) {
        out.add(new double[] {front.get(i)[0], front.get(i - 1)[1]});
      }
      out.add(front.get(i));
    }
    return out;
  }
}
