package cadj.cad.unit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What pictures without units show, in lines for people and for machines.
public final class DrawnText {
  private DrawnText() {}

  /// A line for each unit: mean pixel change, and how many pictures show something else.
  public static List<String> lines(DrawnWithout drawn) {
    List<String> out = new ArrayList<>();
    boolean judged = !drawn.before().getFirst().seen().isEmpty();
    out.add(
        "Pictures without each alone, %d each: mean change of a pixel's levels (0 to 255)%s"
            .formatted(drawn.before().size(), judged ? ", pictures judged differently" : ""));
    for (DrawnWithout.Unit unit : drawn.units()) {
      String verdicts = judged ? "  %2d".formatted(judgedDifferently(drawn, unit)) : "";
      out.add("  %7.2f%s  %s".formatted(meanChange(unit), verdicts, unit.score().name()));
    }
    return out;
  }

  static double meanChange(DrawnWithout.Unit unit) {
    return unit.changes().stream().mapToDouble(PixelChange::mean).average().orElse(0);
  }

  static int judgedDifferently(DrawnWithout drawn, DrawnWithout.Unit unit) {
    int out = 0;
    for (int n = 0; n < unit.after().size(); n++) {
      out += unit.after().get(n).seen().equals(drawn.before().get(n).seen()) ? 0 : 1;
    }
    return out;
  }

  /// For machines: figures and verdicts, no pictures.
  public static Map<String, Object> json(DrawnWithout drawn) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("prompts", drawn.prompts());
    out.put("seen_before", drawn.before().stream().map(DrawnWithout.Picture::seen).toList());
    out.put("units", drawn.units().stream().map(unit -> row(drawn, unit)).toList());
    return out;
  }

  private static Map<String, Object> row(DrawnWithout drawn, DrawnWithout.Unit unit) {
    Map<String, Object> out = UnitBreakdown.row(unit.score());
    out.put("mean_pixel_change", meanChange(unit));
    out.put("pixel_changes", unit.changes().stream().map(PixelChange::mean).toList());
    out.put("largest_pixel_changes", unit.changes().stream().map(PixelChange::most).toList());
    out.put("judged_differently", judgedDifferently(drawn, unit));
    out.put("seen", unit.after().stream().map(DrawnWithout.Picture::seen).toList());
    return out;
  }
}
