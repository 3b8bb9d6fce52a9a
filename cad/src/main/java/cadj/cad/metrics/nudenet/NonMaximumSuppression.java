package cadj.cad.metrics.nudenet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// OpenCV's `NMSBoxes`: of boxes that overlap, only the one of the highest score stays, whatever
/// their classes.
final class NonMaximumSuppression {
  private NonMaximumSuppression() {}

  /// Numbers of the boxes that stay, highest score first, of equal ones the earlier first.
  ///
  /// @param lowestScore which a score must exceed
  /// @param mostOverlap which no two that stay exceed
  static List<Integer> kept(
      List<Box> boxes, List<Float> scores, float lowestScore, float mostOverlap) {
    List<Integer> order =
        IntStream.range(0, boxes.size())
            .filter(i -> scores.get(i) > lowestScore)
            .boxed()
            .sorted(Comparator.comparing(scores::get, Comparator.reverseOrder()))
            .toList();
    List<Integer> kept = new ArrayList<>();
    for (int i : order) {
      Box box = boxes.get(i);
      if (kept.stream().allMatch(k -> box.overlap(boxes.get(k)) <= mostOverlap)) {
        kept.add(i);
      }
    }
    return kept;
  }
}
