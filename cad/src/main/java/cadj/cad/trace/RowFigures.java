package cadj.cad.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was measured of one row.
///
/// @param objective ‖o − u‖² of each sample and call [samples,calls], o predicted with the row's
///   intervention at that call of the clean run
/// @param projection ⟨o − u, c − u⟩ likewise
/// @param pictures by measure of pictures, of each window and sample [windows,samples]
record RowFigures(
    TraceRow row, double[][] objective, double[][] projection, Map<Measure, double[][]> pictures) {
  /// Those of some samples, and of the samples that follow.
  RowFigures then(RowFigures later) {
    Map<Measure, double[][]> joined = new EnumMap<>(Measure.class);
    pictures.forEach(
        (measure, values) -> {
          double[][] all = new double[values.length][];
          for (int window = 0; window < all.length; window++) {
            all[window] = joined(values[window], later.pictures.get(measure)[window]);
          }
          joined.put(measure, all);
        });
    return new RowFigures(
        row, joined(objective, later.objective), joined(projection, later.projection), joined);
  }

  static double[] joined(double[] a, double[] b) {
    double[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  static double[][] joined(double[][] a, double[][] b) {
    double[][] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  /// Without the row itself, as JSON.
  Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("objective", lists(objective));
    out.put("projection", lists(projection));
    pictures.forEach((measure, values) -> out.put(measure.toString(), lists(values)));
    return out;
  }

  static List<List<Double>> lists(double[][] table) {
    List<List<Double>> out = new ArrayList<>();
    for (double[] row : table) {
      out.add(Arrays.stream(row).boxed().toList());
    }
    return out;
  }
}
